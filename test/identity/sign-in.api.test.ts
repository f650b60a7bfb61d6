import { ADMIN, parametersOf, startTestApi, type Answer } from '#test/support/api.ts'
import { asAdministrator, createStaff, newLogin, registerClient, signIn } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { inProject } from '#db/connection.ts'
import { PERMISSIONS, permissionsOf } from '#domain/identity/role.ts'
import { useApi } from '#test/support/use-api.ts'

let lateMs = 0
const api = useApi({ now: () => new Date(Date.now() + lateMs) })
beforeEach(() => {
  lateMs = 0
})

describe('signing in', () => {
  test('gives a token for 12 hours and says who one is', async () => {
    const answer = await authorize(ADMIN.login, ADMIN.password)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      status: 'ok',
      action: 'TOKEN_CREATED',
      members: [
        {
          organization: { type: 'system', organizationStatus: 'none' },
          role: 'administrator',
          permissions: permissionsOf('administrator'),
          token: answer.at('authorizationToken'),
          user: { profileOrganizationId: answer.at('members.0.organization.id') },
        },
      ],
    })
    expect(answer.text('members.0.user.id')).toMatch(/^usr_[0-9a-z]{26}$/)
    expect(answer.text('authorizationToken.token')).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const validMs = Date.parse(answer.text('authorizationToken.expiresAt')) - Date.now()
    expect(Math.round(validMs / (60 * MINUTE_MS))).toBe(12)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('takes a login in any spelling', async () => {
    expect((await authorize(' ADMIN@Sluice.TEST', ADMIN.password)).status).toBe(200)
  })

  test('keeps neither the token nor the password in clear', async () => {
    const { token, login } = await registerClient(api.call)
    const rows = await api.db('people').where({ login }).join('tokens', 'tokens.person_id', 'people.id')
    const kept = JSON.stringify(rows, (_key, value: unknown) =>
      typeof value === 'object' && value !== null && 'data' in value
        ? Buffer.from(value.data as number[]).toString()
        : value,
    )
    expect(rows).toHaveLength(1)
    expect(kept).not.toContain(token)
    expect(kept).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
  })

  test('answers a wrong login and a wrong password alike', async () => {
    const wrongPassword = await authorize(ADMIN.login, WRONG)
    const wrongLogin = await authorize(newLogin(), WRONG)
    expect(plain(wrongPassword)).toEqual(plain(wrongLogin))
    expect(wrongPassword).toMatchObject({ status: 401, body: { code: 'wrong_credentials', errors: [] } })
    await asAdministrator(api.call)
  })

  test('is refused to somebody who was invited and has no password yet', async () => {
    const { token } = await asAdministrator(api.call)
    const login = newLogin()
    const added = await api.call('POST', '/users', { token, body: { login, role: 'individual' } })
    expect(added.status).toBe(201)
    expect((await authorize(login, WRONG)).at('code')).toBe('wrong_credentials')
  })

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['login', 'password']],
    ['a list', [], ['body']],
    ['text', '"x"', ['body']],
    ['a number for a login', { login: 5, password: 'x' }, ['login']],
    ['a number for a password', { login: ADMIN.login, password: 12345678 }, ['password']],
    ['null', { login: null, password: null }, ['login', 'password']],
    ['a login that is none', { login: 'jane', password: 'x' }, ['login']],
    ['an endless login', { login: `${'a'.repeat(300)}@example.com`, password: 'x' }, ['login']],
    ['an endless password', { login: ADMIN.login, password: 'x'.repeat(129) }, ['password']],
    ['an empty password', { login: ADMIN.login, password: '' }, ['password']],
    ['an unknown field', { login: ADMIN.login, password: 'x', otp: '1' }, ['otp']],
  ])('with %s names what is wrong', async (_what, body, parameters) => {
    const answer = await api.call('POST', '/authorization', { body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed' } })
    expect(parametersOf(answer)).toEqual(parameters)
  })

  test.each([
    ['half a document', '{"login":'],
    ['a NUL character', '{"login":"a\\u0000@example.com","password":"x"}'],
    ['a key twice', '{"login":"a@example.com","login":"b@example.com","password":"x"}'],
  ])('refuses %s', async (_what, body) => {
    const answer = await api.call('POST', '/authorization', { body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
  })

  test('refuses more than 100 kB', async () => {
    const answer = await api.call('POST', '/authorization', { body: { login: 'a'.repeat(110_000) } })
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
  })

  test('is limited per address, as all calls that can be guessed at are', async () => {
    const strict = await startTestApi({ databaseUrl: api.database.url, guardedPerMinute: 2 })
    const ask = () => strict.call('POST', '/authorization', { body: {} })
    const statuses = [(await ask()).status, (await ask()).status, (await ask()).status]
    await strict.stop()
    expect(statuses).toEqual([400, 400, 429])
  })
})

describe('a token', () => {
  test('stops working when its owner signs out, and no other token does', async () => {
    const first = await registerClient(api.call)
    const second = await signIn(api.call, first.login, first.password)
    expect((await api.call('DELETE', '/authorization', { token: first.token })).status).toBe(204)
    expect((await api.call('GET', '/users/me', { token: first.token })).status).toBe(401)
    expect((await api.call('DELETE', '/authorization', { token: first.token })).status).toBe(401)
    expect((await api.call('GET', '/users/me', { token: second.token })).status).toBe(200)
  })

  test('is taken as TOKEN and as Bearer', async () => {
    const { token } = await asAdministrator(api.call)
    const ask = (Authorization: string) => api.call('GET', '/users/me', { headers: { Authorization } })
    expect((await ask(`TOKEN ${token}`)).status).toBe(200)
    expect((await ask(`Bearer ${token}`)).status).toBe(200)
    expect((await ask(token)).status).toBe(401)
  })

  test('that is missing, made up or expired is refused', async () => {
    const { token, id } = await registerClient(api.call)
    await api.db('tokens').where({ person_id: id }).update({ expires_at: new Date() })
    for (const refused of [undefined, 'x'.repeat(43), token, `${token}'--`]) {
      const answer = await api.call('GET', '/users/me', { token: refused })
      expect(answer).toMatchObject({ status: 401, body: { errors: [{ parameter: 'Authorization' }] } })
    }
  })

  test('loses a permission at once when its owner loses the role', async () => {
    const { token, id } = await createStaff(api.call, 'role_administrator')
    const ask = () => api.call('POST', '/users/view', { token, body: {} })
    expect((await ask()).status).toBe(200)
    const project = await api.db('projects').where({ key: 'main' }).first<{ id: string }>('id')
    await inProject(api.db, project.id, (trx) =>
      trx('members').where({ person_id: id }).update({ role: 'cashier' }),
    )
    const answer = await ask()
    expect(answer.status).toBe(403)
    expect(answer.text('detail')).toContain('cashier')
  })
})

describe('the lock', () => {
  test.each([
    ['that exists', true],
    ['that does not exist', false],
  ])('closes a login %s with the fourth wrong password, for 1800 seconds', async (_which, exists) => {
    const login = exists ? (await registerClient(api.call)).login : newLogin()
    const answers = []
    for (let i = 0; i < 6; i += 1) answers.push(await authorize(login, WRONG))
    expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 429, 429, 429])
    expect(answers[3]).toMatchObject({ body: { code: 'login_locked', errors: [{ parameter: 'login' }] } })
    const waits = answers.slice(3).map((answer) => Number(answer.headers.get('retry-after')))
    expect(waits.every((seconds) => seconds > 1790 && seconds <= 1800)).toBe(true)
    lateMs = 31 * MINUTE_MS
    expect((await authorize(login, WRONG)).status).toBe(401)
  })

  test('is not opened by the right password before its time', async () => {
    const { login, password } = await registerClient(api.call)
    await wrongTimes(4, login)
    expect((await authorize(login, password)).at('code')).toBe('login_locked')
    lateMs = 29 * MINUTE_MS
    expect((await authorize(login, password)).at('code')).toBe('login_locked')
    lateMs = 31 * MINUTE_MS
    expect((await authorize(login, password)).status).toBe(200)
  })

  test('closes as well when the guesses come all at once', async () => {
    const { login, password } = await registerClient(api.call)
    const answers = await wrongTimes(12, login)
    expect(answers.filter((answer) => answer.status === 401)).toHaveLength(3)
    expect((await authorize(login, password)).status).toBe(429)
  })

  test('does not close where a right password came between', async () => {
    const { login, password } = await registerClient(api.call)
    for (let round = 0; round < 2; round += 1) {
      await wrongTimes(3, login)
      expect((await authorize(login, password)).status).toBe(200)
    }
  })

  test('closes one login only, in whatever spelling it is written', async () => {
    const { login } = await registerClient(api.call)
    const other = await registerClient(api.call)
    await wrongTimes(2, login)
    await wrongTimes(2, login.toUpperCase())
    expect((await authorize(login, WRONG)).status).toBe(429)
    expect((await authorize(other.login, other.password)).status).toBe(200)
  })
})

describe('somebody with several projects', () => {
  test('chooses one by X-Project, and has a default', async () => {
    const second = await addProject(api.db, 'second')
    const { login, password, id } = await createStaff(api.call, 'accountant')
    const added = await api.call('POST', '/users', {
      token: await second.signIn(api.call),
      body: { login, role: 'cashier', organizationId: second.organizationId },
    })
    expect(added.at('user.id')).toBe(id)
    const there = await authorize(login, password, { 'X-Project': 'second' })
    const here = await authorize(login, password, { 'X-Project': 'main' })
    const byDefault = await authorize(login, password)
    expect([there, here, byDefault].map((answer) => answer.at('members.0.role'))).toEqual([
      'cashier',
      'accountant',
      'accountant',
    ])
    const seen = await api.call('GET', '/users/me', { token: there.text('authorizationToken.token') })
    expect(seen.at('user.members.0.organization.id')).toBe(second.organizationId)
  })

  test('cannot choose one of others, which looks like one that does not exist', async () => {
    await addProject(api.db, 'foreign')
    const { login, password } = await registerClient(api.call)
    const foreign = await authorize(login, password, { 'X-Project': 'foreign' })
    const missing = await authorize(login, password, { 'X-Project': 'no such project' })
    expect(foreign).toMatchObject({ status: 403, body: { errors: [{ parameter: 'X-Project' }] } })
    expect(plain(foreign)).toEqual(plain(missing))
  })
})

describe('roles', () => {
  test('are listed with what they may do, for those who are signed in', async () => {
    const { token } = await registerClient(api.call)
    const answer = await api.call('GET', '/role-groups/permissions', { token })
    const records = answer.at('records') as { role: string; permissions: string[] }[]
    expect(records).toHaveLength(15)
    expect(records.find((record) => record.role === 'individual')?.permissions).toContain('COIN_OWNER')
    expect(new Set(records.flatMap((record) => record.permissions))).toEqual(new Set(PERMISSIONS))
    expect((await api.call('GET', '/role-groups/permissions')).status).toBe(401)
  })
})

const MINUTE_MS = 60_000

const WRONG = 'Not-The-Pass1!'

function authorize(login: unknown, password: unknown, headers = {}): Promise<Answer> {
  return api.call('POST', '/authorization', { body: { login, password }, headers })
}

/** Without what differs with each call. */
function plain(answer: Answer): object {
  return { status: answer.status, ...(answer.body as object), mdcId: null }
}

async function wrongTimes(count: number, login: string): Promise<Answer[]> {
  return Promise.all(Array.from({ length: count }, () => authorize(login, WRONG)))
}
