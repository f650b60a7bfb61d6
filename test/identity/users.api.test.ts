import { parametersOf } from '#test/support/api.ts'
import {
  asAdministrator,
  confirm,
  createStaff,
  newLogin,
  readCode,
  registerClient,
  signIn,
} from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useUsers } from '#test/support/use-users.ts'

const { api, add, view, change, idsOf } = useUsers()

describe('adding a user', () => {
  test('of staff invites them into the system organization, and the code lets them in', async () => {
    const login = newLogin()
    const added = await add({
      login,
      role: 'accountant',
      organizationId: api.admin.organizationId,
      name: 'Ann Onym',
    })
    expect(added).toMatchObject({
      status: 201,
      body: {
        status: 'ok',
        user: {
          login,
          name: 'Ann Onym',
          active: true,
          contact: { email: login, emailVerified: false },
          members: [{ role: 'accountant', organization: { id: api.admin.organizationId, type: 'system' } }],
        },
      },
    })
    const confirmed = await confirm(api.call, login)
    expect(confirmed.id).toBe(added.at('user.id'))
    expect((await signIn(api.call, login, confirmed.password)).organizationId).toBe(api.admin.organizationId)
    const read = await api.call('GET', `/users/${confirmed.id}`, { token: api.admin.token })
    expect(read.at('user')).toMatchObject({ id: confirmed.id, contact: { emailVerified: true } })
  })

  test.each([
    ['individual', undefined],
    ['merchant', 'individual'],
    ['merchant', 'corporation'],
  ])('as %s with legal type %p makes their organization', async (role, legalType) => {
    const added = await add({ login: newLogin(), role, legalType, name: 'Client' })
    expect(added.status).toBe(201)
    const ids = [added.text('user.members.0.organization.id')]
    const found = await api.call('POST', '/organizations', {
      token: api.admin.token,
      body: { filter: { ids } },
    })
    expect(found.at('records.0')).toMatchObject({
      type: role,
      name: 'Client',
      legalType: legalType ?? null,
      identificationStatus: 'none',
    })
  })

  test('with a phone number sends the code as a text message', async () => {
    await add({ login: '+1 202-555-0177', role: 'individual' })
    const outbox = await api.call('GET', '/sandbox/outbox?to=+12025550177', { token: api.admin.token })
    expect(outbox.at('records.0')).toMatchObject({ to: '+12025550177', channel: 'sms' })
  })

  test.each<[string, object, string[]]>([
    ['staff without an organization', { role: 'accountant' }, ['organizationId']],
    ['a client with an organization', { role: 'individual', organizationId: 'org_1' }, ['organizationId']],
    ['a merchant without a legal type', { role: 'merchant' }, ['legalType']],
    [
      'staff with a legal type',
      { role: 'ceo', organizationId: 'org_1', legalType: 'individual' },
      ['legalType'],
    ],
    ['an unknown role', { role: 'root' }, ['role']],
    ['a login that is none', { login: 'jane', role: 'individual' }, ['login']],
    ['no login', { login: undefined, role: 'individual' }, ['login']],
    ['an unknown field', { role: 'individual', active: true }, ['active']],
    ['a list for a name', { role: 'individual', name: ['x'] }, ['name']],
  ])('refuses %s by name', async (_what, more, named) => {
    const answer = await add({ login: newLogin(), ...more })
    expect(answer.status).toBe(400)
    expect(parametersOf(answer)).toEqual(named)
  })

  test('refuses an organization that is not a system one, unknown, or of another project', async () => {
    const client = await registerClient(api.call)
    const other = await addProject(api.db, 'other-organization')
    const answers = []
    for (const organizationId of [client.organizationId, 'org_none', other.organizationId])
      answers.push(await add({ login: newLogin(), role: 'cashier', organizationId }))
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 404])
    for (const answer of answers) expect(parametersOf(answer)).toEqual(['organizationId'])
  })

  test('refuses a login that is a member already, confirmed or not, at once or later', async () => {
    const { login } = await registerClient(api.call)
    const fresh = newLogin()
    const body = { login: fresh, role: 'individual' }
    const both = await Promise.all([add(body), add(body)])
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 409]))
    for (const taken of [login.toUpperCase(), fresh]) {
      const answer = await add({ login: taken, role: 'individual' })
      expect(answer).toMatchObject({ status: 409, body: { code: 'user_exists' } })
      expect(parametersOf(answer)).toEqual(['login'])
    }
    expect(await idsOf(view({ email: fresh }))).toHaveLength(1)
  })

  test('keeps the invited role when somebody registers with that login before they confirm', async () => {
    const login = newLogin()
    await add({ login, role: 'ceo', organizationId: api.admin.organizationId })
    await api.call('POST', '/registration', { body: { login, role: 'individual' } })
    const { id } = await confirm(api.call, login)
    const read = await api.call('GET', `/users/${id}`, { token: api.admin.token })
    expect(read.at('user.members.0.role')).toBe('ceo')
  })

  test('to a second project leaves the password as it is', async () => {
    const other = await addProject(api.db, 'second-home')
    const { login, password, id } = await registerClient(api.call)
    const token = await other.signIn(api.call)
    const added = await add({ login, role: 'individual' }, token)
    expect(added).toMatchObject({ status: 201, body: { user: { id } } })
    const outbox = await api.call('GET', `/sandbox/outbox?to=${login}`, { token })
    expect(outbox.at('records.0')).toMatchObject({ subject: 'You were added to a project', code: null })
    await signIn(api.call, login, password)
  })
})

describe('giving roles', () => {
  test('never gives more than one holds', async () => {
    const { token, organizationId } = await createStaff(api.call, 'role_administrator')
    const ask = (role: string) => add({ login: newLogin(), role, organizationId }, token)
    const statuses = []
    for (const role of ['administrator', 'accountant', 'ceo', 'cashier', 'role_administrator'])
      statuses.push((await ask(role)).status)
    expect(statuses).toEqual([403, 403, 403, 403, 201])
    const refused = await ask('administrator')
    expect(refused.at('code')).toBe('role_not_grantable')
    expect(parametersOf(refused)).toEqual(['role'])
  })

  test('is open to an administrator, for administrators too', async () => {
    const { token } = await createStaff(api.call, 'administrator')
    expect((await view({}, {}, token)).status).toBe(200)
  })

  test.each(['individual', 'accountant', 'cashier', 'customer_support'] as const)(
    'and all that goes with users is closed to the role %s',
    async (role) => {
      const { token } =
        role === 'individual' ? await registerClient(api.call) : await createStaff(api.call, role)
      const answers = [
        await add({ login: newLogin(), role: 'individual' }, token),
        await view({}, {}, token),
        await change(api.admin.id, { active: false }, token),
        await api.call('GET', `/users/${api.admin.id}`, { token }),
        await api.call('POST', '/organizations', { token, body: {} }),
        await api.call('GET', '/sandbox/outbox', { token }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403, 403])
    },
  )

  test('and all that goes with users is closed without a token', async () => {
    const paths = ['POST /users', 'POST /users/view', 'GET /users/x', 'PATCH /users/x', 'POST /organizations']
    for (const [method = '', path = ''] of paths.map((line) => line.split(' ')))
      expect((await api.call(method, path)).status).toBe(401)
  })
})

describe('switching a user off', () => {
  test('signs them out and keeps them out until they are switched on, in either way of saying it', async () => {
    const client = await registerClient(api.call)
    const signedIn = () =>
      api.call('POST', '/authorization', { body: { login: client.login, password: client.password } })
    const off = await change(client.id, {
      paramType: 'ACTIVE',
      paramValue: false,
      reason: 'FRAUD',
      description: 'x',
    })
    expect(off.at('user')).toMatchObject({ id: client.id, active: false, banned: true })
    expect((await api.call('GET', '/users/me', { token: client.token })).status).toBe(401)
    expect(await signedIn()).toMatchObject({ status: 403, body: { code: 'user_inactive' } })
    expect((await change(client.id, { active: true })).at('user.active')).toBe(true)
    expect((await api.call('GET', '/users/me', { token: client.token })).status).toBe(401)
    expect((await signedIn()).status).toBe(200)
  })

  test('takes their invitation away', async () => {
    const login = newLogin()
    const id = (await add({ login, role: 'individual' })).text('user.id')
    await change(id, { active: false })
    const body = { login, otp: await readCode(api.call, login), password: 'Quiet-River5!stone' }
    const answer = await api.call('POST', '/registration/confirm', { body })
    expect(answer).toMatchObject({ status: 403, body: { code: 'user_inactive' } })
  })

  test('holds in one project only', async () => {
    const other = await addProject(api.db, 'unmoved')
    const { login, password, id, token } = await registerClient(api.call)
    const there = await other.signIn(api.call)
    await add({ login, role: 'individual' }, there)
    await change(id, { active: false }, there)
    expect((await api.call('GET', '/users/me', { token })).status).toBe(200)
    await signIn(api.call, login, password)
  })

  test('is refused on oneself, and on roles that hold more', async () => {
    expect(await change(api.admin.id, { active: false })).toMatchObject({
      status: 403,
      body: { code: 'not_on_oneself', errors: [{ parameter: 'id' }] },
    })
    const { token } = await createStaff(api.call, 'role_administrator')
    expect((await change(api.admin.id, { active: false }, token)).status).toBe(403)
    await asAdministrator(api.call)
  })

  test('leaves one of two administrators who do it to each other at once', async () => {
    const [one, two] = [
      await createStaff(api.call, 'administrator'),
      await createStaff(api.call, 'administrator'),
    ]
    await Promise.all([
      change(one.id, { active: false }, two.token),
      change(two.id, { active: false }, one.token),
    ])
    const stay = await view({ ids: [one.id, two.id], active: true })
    expect(stay.at('totalRecords')).toBe(1)
  })

  test.each<[string, object, string]>([
    ['nothing', {}, 'active'],
    ['text', { active: 'no' }, 'active'],
    ['both ways at once', { active: false, paramType: 'ACTIVE', paramValue: false }, 'active'],
    ['a parameter without its value', { paramType: 'ACTIVE' }, 'paramValue'],
    ['a value without its parameter', { paramValue: false }, 'paramType'],
    ['what cannot be changed', { paramType: 'ROLE', paramValue: true }, 'paramType'],
    ['an unknown field', { active: false, role: 'administrator' }, 'role'],
  ])('refuses %s by name', async (_what, body, parameter) => {
    const answer = await change(api.admin.id, body)
    expect(answer.status).toBe(400)
    expect(parametersOf(answer)).toContain(parameter)
  })
})
