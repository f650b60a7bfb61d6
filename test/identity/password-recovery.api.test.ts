import { inProject } from '#db/connection.ts'
import { startTestApi, type Answer } from '#test/support/api.ts'
import {
  asAdministrator,
  createStaff,
  newLogin,
  PASSWORD,
  readCode,
  registerClient,
  signIn,
} from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { appCode, enrolApp } from '#test/support/two-step.ts'
import { useApi } from '#test/support/use-api.ts'

let lateMs = 0
const api = useApi({ now: () => new Date(Date.now() + lateMs) })
beforeEach(() => {
  lateMs = 0
})

const NEW = 'Other-River6!stone'

describe('recovering a password', () => {
  test('takes a code and a new password, and ends every session of the person', async () => {
    const person = await registerClient(api.call)
    const second = await signIn(api.call, person.login, person.password)
    const done = await confirm(person.login, await asked(person.login))
    expect(done.body).toMatchObject({ status: 'ok' })
    for (const { token } of [person, second])
      expect((await api.call('GET', '/users/me', { token })).status).toBe(401)
    expect((await authorize(person.login, person.password)).status).toBe(401)
    expect((await signIn(api.call, person.login, NEW)).id).toBe(person.id)
  })

  test('ends the sessions in other projects, too, and leaves those of others alone', async () => {
    const other = await addProject(api.db, 'recovery-beside')
    const [person, neighbour] = [await createStaff(api.call, 'accountant'), await registerClient(api.call)]
    await api.call('POST', '/users', {
      token: await other.signIn(api.call),
      body: { login: person.login, role: 'cashier', organizationId: other.organizationId },
    })
    const there = await api.call('POST', '/authorization', {
      body: { login: person.login, password: person.password },
      headers: { 'X-Project': 'recovery-beside' },
    })
    await confirm(person.login, await asked(person.login))
    const token = there.text('authorizationToken.token')
    expect((await api.call('GET', '/users/me', { token })).status).toBe(401)
    expect((await api.call('GET', '/users/me', { token: neighbour.token })).status).toBe(200)
  })

  test('answers alike whether the login has an account or not, as often as one asks', async () => {
    const known = (await registerClient(api.call)).login
    const unknown = newLogin()
    for (let i = 0; i < 4; i += 1) expect(plain(await recover(known))).toEqual(plain(await recover(unknown)))
    const confirmed = [await confirm(known, '123456'), await confirm(unknown, '123456')]
    expect(confirmed.map(plain)[0]).toEqual(confirmed.map(plain)[1])
    expect(await outbox(unknown)).toEqual([])
    expect((await recover(known)).at('code')).toBe('too_many_codes')
  })

  test('sends nothing to somebody who was invited and has no password yet', async () => {
    const { token } = await asAdministrator(api.call)
    const login = newLogin()
    await api.call('POST', '/users', { token, body: { login, role: 'individual' } })
    await recover(login)
    expect((await outbox(login)).map(({ subject }) => subject)).toEqual(['Your invitation'])
  })

  test('takes its code once, and no wrong, replaced or late one', async () => {
    const { login } = await registerClient(api.call)
    const first = await asked(login)
    expect(await confirm(login, otherThan(first))).toMatchObject(WRONG_OTP)
    const second = await asked(login)
    if (first !== second) expect(await confirm(login, first)).toMatchObject(WRONG_OTP)
    lateMs = 10 * MINUTE_MS + 1_000
    expect(await confirm(login, second)).toMatchObject(WRONG_OTP)
    lateMs = 9 * MINUTE_MS
    expect((await confirm(login, second)).status).toBe(200)
    expect(await confirm(login, second, 'Third-River7!stone')).toMatchObject(WRONG_OTP)
    expect((await authorize(login, NEW)).status).toBe(200)
  })

  test('confirmed several times at once sets one password', async () => {
    const { login } = await registerClient(api.call)
    const code = await asked(login)
    const passwords = ['First-River1!stone', 'Second-River2!stone', 'Third-River3!stone']
    const answers = await Promise.all(passwords.map((password) => confirm(login, code, password)))
    const taken = passwords.filter((_password, i) => answers[i]?.status === 200)
    expect(taken).toHaveLength(1)
    expect((await authorize(login, taken[0] ?? '')).status).toBe(200)
  })

  test('does not take the code of a sign-in', async () => {
    const person = await registerClient(api.call)
    await api.call('PATCH', '/profiles/my/security-settings', {
      token: person.token,
      body: { twoStep: 'otp' },
    })
    await authorize(person.login, person.password)
    expect(await confirm(person.login, await readCode(api.call, person.login))).toMatchObject(WRONG_OTP)
  })

  test('closes for 1800 seconds after four wrong codes, whoever has the login', async () => {
    const known = (await registerClient(api.call)).login
    const code = await asked(known)
    for (const login of [known, newLogin()]) {
      const statuses = []
      for (let i = 0; i < 5; i += 1) statuses.push((await confirm(login, otherThan(code))).status)
      expect(statuses).toEqual([400, 400, 400, 429, 429])
    }
    expect((await confirm(known, code)).at('code')).toBe('login_locked')
    expect((await authorize(known, PASSWORD)).status).toBe(200)
    lateMs = 31 * MINUTE_MS
    expect((await confirm(known, await asked(known))).status).toBe(200)
  })

  test('opens a login that wrong passwords have locked', async () => {
    const { login } = await registerClient(api.call)
    for (let i = 0; i < 4; i += 1) await authorize(login, 'Not-The-Pass1!')
    expect((await authorize(login, PASSWORD)).status).toBe(429)
    expect((await confirm(login, await asked(login))).status).toBe(200)
    expect((await authorize(login, NEW)).status).toBe(200)
  })

  test('does not get round the authenticator app', async () => {
    const person = await registerClient(api.call)
    const { secret } = await enrolApp(api.call, person, Date.now())
    await confirm(person.login, await asked(person.login))
    expect((await authorize(person.login, NEW)).at('action')).toBe('TOTP_REQUIRED')
    const body = { login: person.login, otp: appCode(secret, Date.now(), 1) }
    expect((await api.call('POST', '/authorization/confirm', { body })).status).toBe(200)
  })

  test('is in the audit trail and told to the owner, without login, code or password', async () => {
    const person = await registerClient(api.call)
    const code = await asked(person.login)
    await confirm(person.login, otherThan(code))
    await confirm(person.login, code)
    expect((await actionsOn(person.id)).slice(-3)).toEqual([
      'user.ask_recovery',
      'user.fail_recovery',
      'user.recover_password',
    ])
    expect((await outbox(person.login))[0]).toMatchObject({
      subject: 'How you sign in was changed',
      code: null,
    })
    const [{ id: projectId }] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
    const rows = JSON.stringify(await inProject(api.db, projectId, (trx) => trx('audit_rows')))
    for (const secret of [person.login, NEW, 'argon2']) expect(rows).not.toContain(secret)
  })

  test('names each rule that the new password breaks, and does not spend the code on it', async () => {
    const { login } = await registerClient(api.call)
    const code = await asked(login)
    for (let i = 0; i < 6; i += 1) {
      const refused = await confirm(login, code, 'abcdefg')
      const errors = refused.at('errors') as { parameter: string }[]
      expect(errors.map(({ parameter }) => parameter)).toEqual(
        Array.from({ length: 4 }, () => 'newUserPassword'),
      )
    }
    expect((await confirm(login, code)).status).toBe(200)
  })

  test.each<[string, unknown]>([
    ['a name', 'jane'],
    ['nothing', undefined],
    ['a list', ['jane@example.com']],
  ])('is refused for %s', async (_what, login) => {
    expect(await recover(login)).toMatchObject({ status: 400, body: { errors: [{ parameter: 'login' }] } })
  })

  test('is refused where nothing can be delivered', async () => {
    const outside = await startTestApi({ databaseUrl: api.database.url, sandbox: false })
    const { login } = await registerClient(api.call)
    const refused = await outside.call('POST', '/password/recovery', { body: { login } })
    await outside.stop()
    expect(refused).toMatchObject({ status: 409, body: { code: 'delivery_not_configured' } })
  })
})

describe('changing one’s own password', () => {
  test('keeps this session and ends the others', async () => {
    const person = await registerClient(api.call)
    const second = await signIn(api.call, person.login, person.password)
    const done = await change(second.token, { oldPassword: person.password, newPassword: NEW })
    expect(done.status).toBe(200)
    expect((await api.call('GET', '/users/me', { token: person.token })).status).toBe(401)
    expect((await api.call('GET', '/users/me', { token: second.token })).status).toBe(200)
    expect((await authorize(person.login, person.password)).status).toBe(401)
    expect((await authorize(person.login, NEW)).status).toBe(200)
    expect(await actionsOn(person.id)).toContain('user.change_password')
    expect((await outbox(person.login))[0]).toMatchObject({ subject: 'How you sign in was changed' })
  })

  test('makes a recovery code that was sent before worthless', async () => {
    const person = await registerClient(api.call)
    const code = await asked(person.login)
    await change(person.token, { oldPassword: person.password, newPassword: NEW })
    expect(await confirm(person.login, code, 'Third-River7!stone')).toMatchObject(WRONG_OTP)
  })

  test('twice at once takes one', async () => {
    const person = await registerClient(api.call)
    const passwords = ['First-River1!stone', 'Second-River2!stone']
    const answers = await Promise.all(
      passwords.map((newPassword) => change(person.token, { oldPassword: person.password, newPassword })),
    )
    const taken = passwords.filter((_password, i) => answers[i]?.status === 200)
    expect(taken).toHaveLength(1)
    expect((await authorize(person.login, taken[0] ?? '')).status).toBe(200)
  })

  test('is refused with a wrong old password, which counts as a guess', async () => {
    const person = await registerClient(api.call)
    const answers = []
    for (let i = 0; i < 4; i += 1)
      answers.push(await change(person.token, { oldPassword: 'Not-The-Pass1!', newPassword: NEW }))
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 429])
    expect(answers[0]).toMatchObject({ body: { errors: [{ parameter: 'oldPassword' }] } })
    expect((await authorize(person.login, person.password)).at('code')).toBe('login_locked')
    lateMs = 31 * MINUTE_MS
    expect((await authorize(person.login, person.password)).status).toBe(200)
  })

  test.each<[string, object, string]>([
    ['a weak one', { oldPassword: PASSWORD, newPassword: 'Weak1!x' }, 'newPassword'],
    ['the same one', { oldPassword: PASSWORD, newPassword: PASSWORD }, 'newPassword'],
    ['no old one', { newPassword: NEW }, 'oldPassword'],
    ['an unknown field', { oldPassword: PASSWORD, newPassword: NEW, login: 'x' }, 'login'],
  ])('is refused with %s, and changes nothing', async (_what, body, parameter) => {
    const person = await registerClient(api.call)
    expect(await change(person.token, body)).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
    expect((await authorize(person.login, person.password)).status).toBe(200)
  })

  test('is refused without a token', async () => {
    expect((await change(undefined, { oldPassword: PASSWORD, newPassword: NEW })).status).toBe(401)
  })
})

const MINUTE_MS = 60_000

const WRONG_OTP = { status: 400, body: { code: 'wrong_otp', errors: [{ parameter: 'otp' }] } }

function recover(login: unknown): Promise<Answer> {
  return api.call('POST', '/password/recovery', { body: { login } })
}

function confirm(login: string, otp: unknown, newUserPassword: unknown = NEW): Promise<Answer> {
  return api.call('POST', '/password/recovery/confirm', { body: { login, otp, newUserPassword } })
}

function authorize(login: string, password: string): Promise<Answer> {
  return api.call('POST', '/authorization', { body: { login, password } })
}

function change(token: string | undefined, body: object): Promise<Answer> {
  return api.call('PATCH', '/profiles/my/password', { token, body })
}

async function asked(login: string): Promise<string> {
  expect((await recover(login)).status).toBe(200)
  return readCode(api.call, login)
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

function plain(answer: Answer): object {
  return { status: answer.status, ...(answer.body as object), mdcId: null }
}

async function outbox(to: string): Promise<{ subject: string; code: string | null }[]> {
  const { token } = await asAdministrator(api.call)
  const answer = await api.call('GET', `/sandbox/outbox?to=${encodeURIComponent(to)}`, { token })
  return answer.at('records') as { subject: string; code: string | null }[]
}

async function actionsOn(personId: string): Promise<string[]> {
  const [{ id: projectId }] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
  return inProject(api.db, projectId, (trx) =>
    trx('audit_rows').where({ subject_id: personId }).orderBy('seq').pluck('action'),
  )
}
