import { inProject } from '#db/connection.ts'
import { startTestApi, type Answer } from '#test/support/api.ts'
import {
  asAdministrator,
  createStaff,
  newLogin,
  readCode,
  registerClient,
  signIn,
  type Person,
} from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

let atMs = Date.now()
const api = useApi({ now: () => new Date(atMs) })
beforeEach(() => {
  atMs = Date.now()
})

describe('a second step by message', () => {
  test('gives no token for the password alone, and one for the code that was sent', async () => {
    const person = await careful()
    const asked = await authorize(person.login, person.password)
    expect(asked).toMatchObject({ status: 200 })
    expect(asked.body).toEqual({ status: 'ok', action: 'OTP_SENT' })
    const answer = await confirm(person.login, await readCode(api.call, person.login))
    expect(answer.body).toMatchObject({
      action: 'TOKEN_CREATED',
      members: [{ user: { id: person.id } }],
    })
    const token = answer.text('authorizationToken.token')
    expect((await api.call('GET', '/users/me', { token })).at('user.id')).toBe(person.id)
  })

  test('takes its code once, and no wrong, old or late one', async () => {
    const person = await careful()
    const first = await begin(person)
    expect(await confirm(person.login, otherThan(first))).toMatchObject(WRONG_OTP)
    const second = await begin(person)
    if (first !== second) expect(await confirm(person.login, first)).toMatchObject(WRONG_OTP)
    atMs += 10 * MINUTE_MS + 1_000
    expect(await confirm(person.login, second)).toMatchObject(WRONG_OTP)
    atMs -= 2 * MINUTE_MS
    expect((await confirm(person.login, second)).status).toBe(200)
    expect(await confirm(person.login, second)).toMatchObject(WRONG_OTP)
  })

  test('confirmed several times at once signs in once', async () => {
    const person = await careful()
    const code = await begin(person)
    const answers = await Promise.all([1, 2, 3].map(() => confirm(person.login, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  test('is not skipped with the code of a registration or a recovery', async () => {
    const person = await careful()
    await api.call('POST', '/password/recovery', { body: { login: person.login } })
    const recovery = await readCode(api.call, person.login)
    expect(await confirm(person.login, recovery)).toMatchObject(WRONG_OTP)
  })

  test('without a password before it answers as for a login that nobody has', async () => {
    const person = await careful()
    const [known, unknown] = [await confirm(person.login, '123456'), await confirm(newLogin(), '123456')]
    expect(known).toMatchObject(WRONG_OTP)
    expect(plain(known)).toEqual(plain(unknown))
    const resent = [await resend(person.login), await resend(newLogin())]
    expect(resent.map(({ status }) => status)).toEqual([200, 200])
    expect(resent.map(plain)[0]).toEqual(resent.map(plain)[1])
    expect((await sentTo(person.login)).filter((subject) => subject === 'Your sign-in code')).toEqual([])
  })

  test('sends its code again, at most three an hour, and only the newest fits', async () => {
    const person = await careful()
    const first = await begin(person)
    for (let i = 0; i < 4; i += 1) expect((await resend(person.login)).status).toBe(200)
    const codes = (await sentTo(person.login)).filter((subject) => subject === 'Your sign-in code')
    expect(codes).toHaveLength(3)
    const newest = await readCode(api.call, person.login)
    if (first !== newest) expect(await confirm(person.login, first)).toMatchObject(WRONG_OTP)
    expect(await authorize(person.login, person.password)).toMatchObject({
      status: 429,
      body: { code: 'too_many_codes' },
    })
    expect((await confirm(person.login, newest)).status).toBe(200)
    await begin(person)
  })

  test('counts wrong codes with wrong passwords, and the right password does not forgive them', async () => {
    const person = await careful()
    expect((await authorize(person.login, WRONG)).status).toBe(401)
    const first = await begin(person)
    expect((await confirm(person.login, otherThan(first))).status).toBe(400)
    const second = await begin(person)
    expect((await confirm(person.login, otherThan(second))).status).toBe(400)
    expect(await confirm(person.login, otherThan(second))).toMatchObject({
      status: 429,
      body: { code: 'login_locked' },
    })
    expect((await confirm(person.login, second)).status).toBe(429)
    expect((await authorize(person.login, person.password)).status).toBe(429)
    atMs += 31 * MINUTE_MS
    expect((await confirm(person.login, await begin(person))).status).toBe(200)
  })

  test('locks a login that nobody has as well', async () => {
    const login = newLogin()
    const answers = []
    for (let i = 0; i < 5; i += 1) answers.push((await confirm(login, '123456')).status)
    expect(answers).toEqual([400, 400, 400, 429, 429])
  })

  test('signs in to the project that was named with the password', async () => {
    const other = await addProject(api.db, 'beside-two-step')
    const person = await createStaff(api.call, 'accountant')
    await choose(person.token, 'otp')
    await api.call('POST', '/users', {
      token: await other.signIn(api.call),
      body: { login: person.login, role: 'cashier', organizationId: other.organizationId },
    })
    await authorize(person.login, person.password, { 'X-Project': 'beside-two-step' })
    const token = await other.signIn(api.call)
    const sent = await api.call('GET', `/sandbox/outbox?to=${person.login}`, { token })
    const answer = await confirm(person.login, sent.text('records.0.code'))
    expect(answer.at('members.0.role')).toBe('cashier')
  })

  test('is refused to somebody who was switched off', async () => {
    const person = await careful()
    const code = await begin(person)
    const { token } = await asAdministrator(api.call)
    await api.call('PATCH', `/users/${person.id}`, { token, body: { active: false } })
    expect(await confirm(person.login, code)).toMatchObject({ status: 403, body: { code: 'user_inactive' } })
    expect((await authorize(person.login, person.password)).at('code')).toBe('user_inactive')
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 123456],
    ['five digits', '12345'],
    ['half a recovery code', '0a1b-2c3d'],
  ])('cannot be %s', async (_what, otp) => {
    expect(await confirm(newLogin(), otp)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'otp' }] },
    })
  })
})

describe('what a project demands', () => {
  afterEach(async () => {
    await api.db('projects').update({ clients_need_otp: false, staff_need_otp: false })
  })

  test('is nothing at first, and a code of all clients, or of all staff, where somebody switches it on', async () => {
    const { token, id } = await asAdministrator(api.call)
    const [client, accountant] = [await registerClient(api.call), await createStaff(api.call, 'accountant')]
    const actions = async () => [
      (await authorize(client.login, client.password)).at('action'),
      (await authorize(accountant.login, accountant.password)).at('action'),
    ]
    expect((await api.call('GET', '/sign-in-policy', { token })).at('signInPolicy')).toEqual({
      clientsNeedOtp: false,
      staffNeedOtp: false,
    })
    expect(await actions()).toEqual(['TOKEN_CREATED', 'TOKEN_CREATED'])
    await setPolicy(token, { clientsNeedOtp: true })
    expect(await actions()).toEqual(['OTP_SENT', 'TOKEN_CREATED'])
    const changed = await setPolicy(token, { clientsNeedOtp: false, staffNeedOtp: true })
    expect(changed.at('signInPolicy')).toEqual({ clientsNeedOtp: false, staffNeedOtp: true })
    expect(await actions()).toEqual(['TOKEN_CREATED', 'OTP_SENT'])
    const settings = await api.call('GET', '/profiles/my/security-settings', { token: accountant.token })
    expect(settings.at('securitySettings')).toEqual({
      twoStep: 'none',
      demanded: 'otp',
      recoveryCodesLeft: 0,
    })
    const project = await api.db('projects').where({ key: 'main' }).first<{ id: string }>('id')
    expect((await auditOf(project.id)).at(-1)).toMatchObject({
      action: 'sign_in_policy.change',
      actor_id: id,
      after: { clientsNeedOtp: false, staffNeedOtp: true },
    })
  })

  test('does not reach another project', async () => {
    const other = await addProject(api.db, 'not-reached')
    const { token } = await asAdministrator(api.call)
    await setPolicy(await other.signIn(api.call), { staffNeedOtp: true })
    expect((await api.call('GET', '/sign-in-policy', { token })).at('signInPolicy.staffNeedOtp')).toBe(false)
  })

  test('is read and changed by those only who manage users', async () => {
    const { token } = await createStaff(api.call, 'accountant')
    expect((await api.call('GET', '/sign-in-policy', { token })).status).toBe(403)
    expect((await setPolicy(token, { staffNeedOtp: false })).status).toBe(403)
    expect((await api.call('PATCH', '/sign-in-policy', { body: { staffNeedOtp: false } })).status).toBe(401)
  })

  test.each<[string, object, string]>([
    ['nothing', {}, 'body'],
    ['text', { staffNeedOtp: 'yes' }, 'staffNeedOtp'],
    ['another field', { everybodyNeedsOtp: true }, 'everybodyNeedsOtp'],
  ])('cannot be changed by %s', async (_what, body, parameter) => {
    const { token } = await asAdministrator(api.call)
    expect(await setPolicy(token, body)).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
  })

  test('cannot be a code where none can be delivered, or nobody could sign in', async () => {
    const outside = await startTestApi({ databaseUrl: api.database.url, sandbox: false })
    const { token } = await asAdministrator(api.call)
    const refused = await outside.call('PATCH', '/sign-in-policy', { token, body: { staffNeedOtp: true } })
    const own = await outside.call('PATCH', '/profiles/my/security-settings', {
      token,
      body: { twoStep: 'otp' },
    })
    await outside.stop()
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'delivery_not_configured', errors: [{ parameter: 'staffNeedOtp' }] },
    })
    expect(own).toMatchObject({ status: 409, body: { code: 'delivery_not_configured' } })
    expect((await asAdministrator(api.call)).token).toBeTruthy()
  })
})

describe('one’s own settings', () => {
  test('are changed by oneself, with a notice and an audit row', async () => {
    const person = await registerClient(api.call)
    expect((await choose(person.token, 'otp')).at('securitySettings.twoStep')).toBe('otp')
    expect((await choose(person.token, 'none')).at('securitySettings.twoStep')).toBe('none')
    expect((await sentTo(person.login)).slice(0, 2)).toEqual([
      'How you sign in was changed',
      'How you sign in was changed',
    ])
    const rows = (await auditOf(person.id)).filter(({ action }) => action === 'user.set_two_step')
    expect(rows).toMatchObject([
      { actor_id: person.id, before: { twoStep: 'none' }, after: { twoStep: 'otp' } },
      { actor_id: person.id, before: { twoStep: 'otp' }, after: { twoStep: 'none' } },
    ])
    expect((await authorize(person.login, person.password)).at('action')).toBe('TOKEN_CREATED')
  })

  test('end sign-ins that wait for the old step', async () => {
    const person = await careful()
    const code = await begin(person)
    await choose(person.token, 'none')
    expect(await confirm(person.login, code)).toMatchObject(WRONG_OTP)
  })

  test.each<[string, unknown]>([
    ['sms', 'sms'],
    ['nothing', undefined],
    ['a yes', true],
  ])('cannot be %s', async (_what, twoStep) => {
    const { token } = await registerClient(api.call)
    expect(await choose(token, twoStep)).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'twoStep' }] },
    })
    const settings = await api.call('GET', '/profiles/my/security-settings', { token })
    expect(settings.at('securitySettings.twoStep')).toBe('none')
  })

  test('cannot be an app before there is one', async () => {
    const { token } = await registerClient(api.call)
    expect(await choose(token, 'totp')).toMatchObject({ status: 409, body: { code: 'totp_not_enrolled' } })
  })

  test('are nobody’s without a token', async () => {
    expect((await api.call('GET', '/profiles/my/security-settings')).status).toBe(401)
    expect(
      (await api.call('PATCH', '/profiles/my/security-settings', { body: { twoStep: 'none' } })).status,
    ).toBe(401)
  })
})

describe('the audit trail', () => {
  test('shows failed sign-ins, the lock and the way in, by id and without the login', async () => {
    const person = await registerClient(api.call)
    for (let i = 0; i < 6; i += 1) await authorize(person.login, WRONG)
    atMs += 31 * MINUTE_MS
    await signIn(api.call, person.login, person.password)
    const rows = (await auditOf(person.id)).slice(-5)
    expect(rows.map(({ action }) => action)).toEqual([
      'user.fail_sign_in',
      'user.fail_sign_in',
      'user.fail_sign_in',
      'user.lock_sign_in',
      'token.create',
    ])
    expect(rows.map(({ actor_id }) => actor_id)).toEqual([null, null, null, null, person.id])
    expect(rows.at(-1)?.after).toMatchObject({ proof: 'password' })
    expect(JSON.stringify(rows)).not.toContain(person.login)
  })

  test('does not grow by guesses at logins that nobody has', async () => {
    const [project] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
    const count = () => inProject(api.db, project.id, (trx) => trx('audit_rows').count('* as n').first())
    const before = await count()
    await authorize(newLogin(), WRONG)
    await confirm(newLogin(), '123456')
    expect(await count()).toEqual(before)
  })
})

const MINUTE_MS = 60_000

const WRONG = 'Not-The-Pass1!'

const WRONG_OTP = { status: 400, body: { code: 'wrong_otp', errors: [{ parameter: 'otp' }] } }

function authorize(login: string, password: string, headers = {}): Promise<Answer> {
  return api.call('POST', '/authorization', { body: { login, password }, headers })
}

function confirm(login: string, otp: unknown): Promise<Answer> {
  return api.call('POST', '/authorization/confirm', { body: { login, otp } })
}

function resend(login: string): Promise<Answer> {
  return api.call('POST', '/authorization/resend-otp', { body: { login } })
}

function choose(token: string, twoStep: unknown): Promise<Answer> {
  return api.call('PATCH', '/profiles/my/security-settings', { token, body: { twoStep } })
}

/** A client who is asked for a code at each sign-in. */
async function careful(): Promise<Person> {
  const person = await registerClient(api.call)
  expect((await choose(person.token, 'otp')).status).toBe(200)
  return person
}

async function begin({ login, password }: Person): Promise<string> {
  expect((await authorize(login, password)).at('action')).toBe('OTP_SENT')
  return readCode(api.call, login)
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

function plain(answer: Answer): object {
  return { status: answer.status, ...(answer.body as object), mdcId: null }
}

async function sentTo(login: string): Promise<string[]> {
  const { token } = await asAdministrator(api.call)
  const answer = await api.call('GET', `/sandbox/outbox?to=${encodeURIComponent(login)}`, { token })
  return (answer.at('records') as { subject: string }[]).map(({ subject }) => subject)
}

async function auditOf(personId: string): Promise<{ action: string; after: unknown; actor_id: string }[]> {
  const [{ id: projectId }] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
  return inProject(api.db, projectId, async (trx) =>
    trx('audit_rows').where({ subject_id: personId }).orderBy('seq'),
  )
}

function setPolicy(token: string, body: object): Promise<Answer> {
  return api.call('PATCH', '/sign-in-policy', { token, body })
}
