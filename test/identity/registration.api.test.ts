import { startTestApi, type Answer } from '#test/support/api.ts'
import {
  asAdministrator,
  newLogin,
  PASSWORD,
  readCode,
  registerClient,
  signIn,
} from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { inProject } from '#db/connection.ts'
import { useApi } from '#test/support/use-api.ts'

let lateMs = 0
const api = useApi({ now: () => new Date(Date.now() + lateMs) })
beforeEach(() => {
  lateMs = 0
})

describe('registering', () => {
  test('sends a code, and with it and a password makes the person and signs them in', async () => {
    const login = newLogin()
    expect((await register(login, { name: 'Jane Doe' })).body).toMatchObject({
      status: 'ok',
      action: 'EMAIL_SENT',
    })
    const confirmed = await confirm(login, await readCode(api.call, login))
    expect(confirmed).toMatchObject({
      status: 200,
      body: {
        action: 'TOKEN_CREATED',
        members: [
          {
            role: 'individual',
            organization: { type: 'individual', name: 'Jane Doe' },
            user: { name: 'Jane Doe' },
          },
        ],
      },
    })
    const me = await api.call('GET', '/users/me', { token: confirmed.text('authorizationToken.token') })
    expect(me.at('user')).toMatchObject({
      id: confirmed.at('members.0.user.id'),
      login,
      contact: { email: login, emailVerified: true, phoneNumber: null, phoneVerified: false },
      members: [{ organization: { id: confirmed.at('members.0.organization.id') } }],
    })
    expect((await signIn(api.call, login, PASSWORD)).id).toBe(confirmed.at('members.0.user.id'))
  })

  test('works with a phone number in any spelling', async () => {
    const sent = await register('+1 (202) 555-0123')
    expect(sent.at('action')).toBe('SMS_SENT')
    const confirmed = await confirm('+12025550123', await readCode(api.call, '+1 202-555-0123'))
    const me = await api.call('GET', '/users/me', { token: confirmed.text('authorizationToken.token') })
    expect(me.at('user.contact')).toEqual({
      phoneNumber: '+12025550123',
      phoneVerified: true,
      email: null,
      emailVerified: false,
      countryCode: 'US',
    })
  })

  test('as a merchant takes a legal type', async () => {
    const { token } = await asAdministrator(api.call)
    const login = newLogin()
    const more = { role: 'merchant', legalType: 'corporation', referralLink: 'https://example.com/r/1' }
    await register(login, more)
    const confirmed = await confirm(login, await readCode(api.call, login))
    const body = { filter: { ids: [confirmed.text('members.0.organization.id')] } }
    const found = await api.call('POST', '/organizations', { token, body })
    expect(found.at('records.0')).toMatchObject({
      type: 'merchant',
      legalType: 'corporation',
      referralLink: 'https://example.com/r/1',
      name: login,
    })
  })

  test.each<[string, object, string]>([
    ['a merchant without a legal type', { role: 'merchant' }, 'legalType'],
    ['an unknown legal type', { role: 'merchant', legalType: 'trust' }, 'legalType'],
    ['an individual that is a corporation', { legalType: 'corporation' }, 'legalType'],
    ['a role of staff', { role: 'administrator' }, 'role'],
    ['no role', { role: undefined }, 'role'],
    ['a login that is none', { login: 'jane' }, 'login'],
    ['a list for a login', { login: ['jane@example.com'] }, 'login'],
    ['an unknown field', { permissions: ['USER_MANAGER'] }, 'permissions'],
    ['a password', { password: PASSWORD }, 'password'],
    ['a name with a line break', { name: 'Jane\nDoe' }, 'name'],
    ['a name without end', { name: 'x'.repeat(201) }, 'name'],
  ])('refuses %s by name', async (_what, more, parameter) => {
    const answer = await register(newLogin(), more)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
  })

  test('answers alike whether the login has an account or not, as often as one asks', async () => {
    const known = (await registerClient(api.call)).login
    const unknown = newLogin()
    for (const ask of [resend, register, register, resend]) {
      expect(plain(await ask(known))).toEqual(plain(await ask(unknown)))
    }
    const confirmed = [await confirm(known, '123456'), await confirm(unknown, '123456')]
    expect(confirmed.map(plain)[0]).toEqual(confirmed.map(plain)[1])
  })

  test('again tells the owner of the login that they have an account, and sends no code', async () => {
    const { login, password, id } = await registerClient(api.call)
    await register(login, { role: 'merchant', legalType: 'individual' })
    const [newest] = await outbox(login)
    expect(newest).toMatchObject({ subject: 'You have an account already', code: null })
    const again = await signIn(api.call, login, password)
    expect(again.id).toBe(id)
  })

  test('is limited to three codes an hour for each login', async () => {
    const login = newLogin()
    const answers = [await register(login), await resend(login), await register(login), await resend(login)]
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429])
    expect(answers[3]).toMatchObject({ body: { code: 'too_many_codes', errors: [{ parameter: 'login' }] } })
    expect(answers[3]?.headers.get('retry-after')).toBe('3600')
    lateMs = 61 * MINUTE_MS
    expect((await resend(login)).status).toBe(200)
    expect(await outbox(login)).toHaveLength(4)
  })

  test('at once and often sends no more than three codes', async () => {
    const login = newLogin()
    const answers = await Promise.all(Array.from({ length: 8 }, () => register(login)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(3)
    expect(await outbox(login)).toHaveLength(3)
  })

  test('goes to the project that X-Project names', async () => {
    const other = await addProject(api.db, 'elsewhere')
    const login = newLogin()
    const body = { login, role: 'individual' }
    await api.call('POST', '/registration', { body, headers: { 'X-Project': 'elsewhere' } })
    expect(await outbox(login)).toEqual([])
    const token = await other.signIn(api.call)
    const sent = await api.call('GET', `/sandbox/outbox?to=${login}`, { token })
    const confirmed = await confirm(login, sent.text('records.0.code'))
    const seen = await api.call('POST', '/users/view', { token, body: { filter: { email: login } } })
    expect(seen.at('records.0.id')).toBe(confirmed.at('members.0.user.id'))
    const refused = await api.call('POST', '/registration', { body, headers: { 'X-Project': 'nowhere' } })
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter: 'X-Project' }] } })
  })

  test('in a second project takes the password that the login has, and changes nothing else', async () => {
    await addProject(api.db, 'beside')
    const { login, password, id } = await registerClient(api.call)
    const headers = { 'X-Project': 'beside' }
    await api.call('POST', '/registration', { body: { login, role: 'individual' }, headers })
    const [{ id: projectId }] = (await api.db('projects').where({ key: 'beside' })) as [{ id: string }]
    const [{ code }] = (await inProject(api.db, projectId, (trx) =>
      trx('messages').where({ recipient: login }),
    )) as [{ code: string }]
    const refused = await confirm(login, code, 'Another-Word8!')
    expect(refused).toMatchObject({ status: 400, body: { errors: [{ parameter: 'password' }] } })
    const twice = await Promise.all([confirm(login, code, password), confirm(login, code, password)])
    expect(new Set(twice.map(({ status }) => status))).toEqual(new Set([200, 400]))
    const [confirmed] = twice.filter(({ status }) => status === 200)
    expect(confirmed?.at('members.0.user.id')).toBe(id)
    expect((await signIn(api.call, login, password)).id).toBe(id)
  })

  test('is refused outside the sandbox, where nothing can be delivered, and changes nothing', async () => {
    const outside = await startTestApi({ databaseUrl: api.database.url, sandbox: false })
    const login = newLogin()
    const { token } = await asAdministrator(api.call)
    const answers = [
      await outside.call('POST', '/registration', { body: { login, role: 'individual' } }),
      await outside.call('POST', '/registration/resend-otp', { body: { login } }),
      await outside.call('POST', '/users', { token, body: { login, role: 'individual' } }),
    ]
    const hidden = await outside.call('GET', '/sandbox/outbox', { token })
    await outside.stop()
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 409, body: { code: 'delivery_not_configured' } })
    expect(hidden).toMatchObject({ status: 404, body: { code: 'no_such_route' } })
    expect(await outbox(login)).toEqual([])
    expect(await api.db('one_time_codes').where({ login })).toEqual([])
    expect(await api.db('people').where({ login })).toEqual([])
  })
})

describe('a one-time code', () => {
  const wrong = { status: 400, body: { code: 'wrong_otp', errors: [{ parameter: 'otp' }] } }

  test('is six digits, kept only as a slow hash', async () => {
    const { login, code } = await asked()
    expect(code).toMatch(/^[0-9]{6}$/)
    const row = await api.db('one_time_codes').where({ login }).first<{ code_hash: string }>()
    expect(row.code_hash).toContain('$argon2id$')
    expect(JSON.stringify(row)).not.toContain(code)
  })

  test('works once', async () => {
    const { login, code } = await asked()
    expect((await confirm(login, code)).status).toBe(200)
    expect(await confirm(login, code)).toMatchObject(wrong)
    expect(await confirm(login, code, 'Another-Word8!')).toMatchObject(wrong)
    await signIn(api.call, login, PASSWORD)
  })

  test('confirmed several times at once makes one person', async () => {
    const { login, code } = await asked()
    const answers = await Promise.all(Array.from({ length: 4 }, () => confirm(login, code)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    for (const answer of answers.filter(({ status }) => status !== 200)) expect(answer).toMatchObject(wrong)
    const { token } = await asAdministrator(api.call)
    const found = await api.call('POST', '/users/view', { token, body: { filter: { email: login } } })
    expect(found.at('totalRecords')).toBe(1)
    const named = { filter: { types: ['individual'] }, pageSize: 100 }
    const organizations = await api.call('POST', '/organizations', { token, body: named })
    const names = (organizations.at('records') as { name: string }[]).map(({ name }) => name)
    expect(names.filter((name) => name === login)).toHaveLength(1)
  })

  test('of another login does not work', async () => {
    const [one, other] = [await asked(), await asked()]
    const code = one.code === other.code ? otherThan(one.code) : other.code
    expect(await confirm(one.login, code)).toMatchObject(wrong)
  })

  test('does not work after ten minutes', async () => {
    const { login, code } = await asked()
    lateMs = 10 * MINUTE_MS + 1000
    expect(await confirm(login, code)).toMatchObject(wrong)
    lateMs = 9 * MINUTE_MS
    expect((await confirm(login, code)).status).toBe(200)
  })

  test('does not work once another was sent', async () => {
    const { login, code } = await asked()
    await resend(login)
    const newest = await readCode(api.call, login)
    expect(await confirm(login, newest === code ? otherThan(code) : code)).toMatchObject(wrong)
    expect((await confirm(login, newest)).status).toBe(200)
  })

  test('works at the fifth try, and is dead after five wrong ones', async () => {
    const [patient, guessed] = [await asked(), await asked()]
    for (let i = 0; i < 4; i += 1) await confirm(patient.login, otherThan(patient.code))
    expect((await confirm(patient.login, patient.code)).status).toBe(200)
    for (let i = 0; i < 5; i += 1) await confirm(guessed.login, otherThan(guessed.code))
    expect(await confirm(guessed.login, guessed.code)).toMatchObject(wrong)
  })

  test('is dead as well after five wrong ones at once', async () => {
    const { login, code } = await asked()
    await Promise.all(Array.from({ length: 5 }, () => confirm(login, otherThan(code))))
    expect(await confirm(login, code)).toMatchObject(wrong)
  })

  test('is not spent on a password that breaks the rules, each of which is named', async () => {
    const { login, code } = await asked()
    for (let i = 0; i < 6; i += 1) {
      const refused = await confirm(login, code, 'abcdefg')
      expect(refused.status).toBe(400)
      const errors = refused.at('errors') as { parameter: string; message: string }[]
      expect(errors.every(({ parameter }) => parameter === 'password')).toBe(true)
      expect(errors).toHaveLength(4)
    }
    expect((await confirm(login, code)).status).toBe(200)
  })

  test.each<[string, unknown, string]>([
    ['a number', 123456, 'otp'],
    ['five digits', '12345', 'otp'],
    ['letters', 'abcdef', 'otp'],
    ['nothing', undefined, 'otp'],
  ])('cannot be %s', async (_what, otp, parameter) => {
    expect(await confirm(newLogin(), otp)).toMatchObject({ status: 400, body: { errors: [{ parameter }] } })
  })
})

describe('what registrations leave behind', () => {
  test('is in the audit trail, without logins, codes or passwords', async () => {
    const { login, id } = await registerClient(api.call, { name: 'Audited' })
    const [{ id: projectId }] = (await api.db('projects').where({ key: 'main' })) as [{ id: string }]
    const rows = await inProject(api.db, projectId, (trx) => trx('audit_rows').orderBy('seq'))
    const own = rows.filter((row: { subject_id: string }) => row.subject_id === id)
    expect(own.map((row: { action: string }) => row.action)).toEqual([
      'user.set_password',
      'user.create',
      'user.confirm',
      'token.create',
    ])
    const text = JSON.stringify(rows)
    for (const secret of [login, PASSWORD, 'argon2']) expect(text).not.toContain(secret)
    expect(text).toContain('code.send')
  })
})

const MINUTE_MS = 60_000

function register(login: string, more: object = {}): Promise<Answer> {
  return api.call('POST', '/registration', { body: { login, role: 'individual', ...more } })
}

function resend(login: string): Promise<Answer> {
  return api.call('POST', '/registration/resend-otp', { body: { login } })
}

function confirm(login: string, otp: unknown, password: unknown = PASSWORD): Promise<Answer> {
  return api.call('POST', '/registration/confirm', { body: { login, otp, password } })
}

function otherThan(code: string): string {
  return String((Number(code) + 1) % 1_000_000).padStart(6, '0')
}

function plain(answer: Answer): object {
  return { status: answer.status, ...(answer.body as object), mdcId: null }
}

async function outbox(to: string): Promise<{ subject: string; text: string; code: string | null }[]> {
  const { token } = await asAdministrator(api.call)
  const answer = await api.call('GET', `/sandbox/outbox?to=${encodeURIComponent(to)}`, { token })
  return answer.at('records') as { subject: string; text: string; code: string | null }[]
}

async function asked(): Promise<{ login: string; code: string }> {
  const login = newLogin()
  await register(login)
  return { login, code: await readCode(api.call, login) }
}
