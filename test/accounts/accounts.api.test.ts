import { inProject } from '#db/connection.ts'
import type { Answer } from '#test/support/api.ts'
import { addIssuer, freshCode, projectOf, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { createStaff, registerClient, type Person } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
let client: Person
let type: string
beforeEach(async () => {
  client = await registerClient(api.call, { name: 'Ada Client' })
  type = await addType()
})

describe('an account', () => {
  it('is born inactive, with a UUID and a number of its own', async () => {
    const [first, second] = [await addAccount({ externalId: freshCode() }), await addAccount()]
    expect(first.status).toBe(201)
    expect(first.body).toMatchObject({
      active: false,
      type,
      project: 'main',
      owner: { id: client.organizationId, name: 'Ada Client', email: client.login, type: 'individual' },
    })
    expect(first.text('id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number(second.at('uid'))).toBeGreaterThan(Number(first.at('uid')))
    expect(second.at('externalId')).toBeNull()
    expect((await as()('GET', `/accounts/${first.text('id')}`)).body).toEqual(first.body)
  })

  it('changes its type, external id and state, with each change in the trail', async () => {
    const account = await addAccount({ externalId: freshCode() })
    const path = `/accounts/${account.text('id')}`
    const other = await addType()
    expect((await as()('PATCH', path, { type: other, externalId: null })).body).toMatchObject({
      type: other,
      externalId: null,
      active: false,
    })
    expect((await as()('PATCH', path, { active: true })).at('active')).toBe(true)
    expect((await as()('PATCH', path, { active: false })).at('active')).toBe(false)
    expect(await trailOf(account.text('id'))).toMatchObject([
      { action: 'account.deactivate', before: { active: true }, after: { active: false } },
      { action: 'account.activate', actor: { id: api.admin.id } },
      { action: 'account.change', before: { type }, after: { type: other, externalId: null } },
      { action: 'account.create', before: null, after: { type, active: false } },
    ])
  })

  it('keeps its owner', async () => {
    const account = await addAccount()
    const path = `/accounts/${account.text('id')}`
    const other = await registerClient(api.call)
    const refused = await as()('PATCH', path, { owner: other.organizationId, active: true })
    expect(refusalOf(refused)).toEqual({ status: 400, code: 'validation_failed', parameters: ['owner'] })
    expect(refused.at('errors.0.message')).toBe('cannot be changed')
    expect((await as()('GET', path)).body).toEqual(account.body)
  })

  it('has an external id that no other account of the project has', async () => {
    const externalId = freshCode()
    const answers = await Promise.all([1, 2, 3].map(() => addAccount({ externalId })))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    const other = await addAccount()
    const taken = await as()('PATCH', `/accounts/${other.text('id')}`, { externalId })
    expect(refusalOf(taken)).toEqual({ status: 409, code: 'external_id_taken', parameters: ['externalId'] })
    const elsewhere = await addProject(api.db, freshCode().toLowerCase())
    const there = as(await elsewhere.signIn(api.call))
    await there('POST', '/configurations/account-types', { label: 'any', name: 'Any' })
    const body = { login: `${freshCode()}@example.com`, role: 'individual' }
    const owner = (await there('POST', '/users', body)).text('user.members.0.organization.id')
    expect((await there('POST', '/accounts', { type: 'any', owner, externalId })).status).toBe(201)
  })

  it.each([
    ['no type', { type: undefined }, 400, 'type'],
    ['a type that is not configured', { type: 'nothing' }, 400, 'type'],
    ['no owner', { owner: undefined }, 400, 'owner'],
    ['an owner that is not there', { owner: 'org_nowhere' }, 404, 'owner'],
    ['a state', { active: true }, 400, 'active'],
    ['an empty external id', { externalId: '' }, 400, 'externalId'],
  ])('is refused with %s', async (...[, bad, status, parameter]) => {
    const before = await list({})
    expect(refusalOf(await addAccount(bad))).toMatchObject({ status, parameters: [parameter] })
    expect((await list({})).at('total')).toBe(before.at('total'))
  })

  it('is refused to staff, and where there is no type yet, which says where to create one', async () => {
    expect(refusalOf(await addAccount({ owner: api.admin.organizationId }))).toMatchObject({
      status: 404,
      parameters: ['owner'],
    })
    const elsewhere = await addProject(api.db, freshCode().toLowerCase())
    const there = as(await elsewhere.signIn(api.call))
    const body = { login: `${freshCode()}@example.com`, role: 'individual' }
    const owner = (await there('POST', '/users', body)).text('user.members.0.organization.id')
    const refused = await there('POST', '/accounts', { type: 'business', owner })
    expect(refused.text('errors.0.message')).toContain('/configurations/account-types')
  })

  it('keeps its type from being removed', async () => {
    await addAccount()
    const types = (await as()('GET', '/configurations/account-types')).at('records') as {
      id: string
      label: string
    }[]
    const used = types.find(({ label }) => label === type)
    const refused = await as()('DELETE', `/configurations/account-types/${used?.id ?? ''}`)
    expect(refusalOf(refused)).toEqual({ status: 409, code: 'in_use', parameters: ['id'] })
    expect(refused.text('errors.0.message')).toContain('in use by 1')
  })
})

describe('the list of accounts', () => {
  it('has 50 a page, newest first, and says where there is none', async () => {
    const elsewhere = await addProject(api.db, freshCode().toLowerCase())
    const there = await elsewhere.signIn(api.call)
    expect((await list({}, there)).body).toEqual({
      message: 'No data to display',
      data: [],
      total: 0,
      totalIsCapped: false,
      limit: 50,
      offset: 0,
    })
    for (let n = 0; n < 3; n += 1) await addAccount()
    const all = await idsOf({ type })
    expect(all).toHaveLength(3)
    expect(await idsOf({ type, limit: '1', offset: '1' })).toEqual([all[1]])
    expect(await list({ type, limit: '2' })).toMatchObject({
      body: { total: 3, totalIsCapped: false, limit: 2, message: '2 account(s)' },
    })
  })

  it('is narrowed by each filter, and by several at once', async () => {
    const before = new Date(Date.now() - 60_000).toISOString()
    const [mine, active] = [await addAccount(), await addAccount()]
    await as()('PATCH', `/accounts/${active.text('id')}`, { active: true })
    const [id, other] = [mine.text('id'), active.text('id')]
    expect(await idsOf({ type, active: 'false' })).toEqual([id])
    expect(await idsOf({ type, active: 'true' })).toEqual([other])
    expect(await idsOf({ owner: client.login.toUpperCase() })).toEqual([other, id])
    expect(await idsOf({ owner: client.organizationId, active: 'true' })).toEqual([other])
    expect(await idsOf({ owner: 'nobody@example.com' })).toEqual([])
    expect(await idsOf({ type, createdFrom: before })).toEqual([other, id])
    expect(await idsOf({ type, createdTo: before })).toEqual([])
    expect(
      await idsOf({ type, createdFrom: mine.text('createdAt'), createdTo: new Date().toISOString() }),
    ).toEqual([other, id])
  })

  it('is searched by an id or the beginning of one, a uid, and an external id', async () => {
    const externalId = freshCode(12)
    const account = await addAccount({ externalId })
    const id = account.text('id')
    for (const search of [id, id.toUpperCase(), id.slice(0, 8), id.slice(0, 20), externalId])
      expect(await idsOf({ search })).toEqual([id])
    expect(await idsOf({ search: String(account.at('uid')) })).toContain(id)
    for (const search of [id.slice(0, 7), externalId.slice(0, 8), '%', id.slice(1, 12)])
      expect(await idsOf({ search })).toEqual([])
    expect(await idsOf({ search: id, active: 'true' })).toEqual([])
  })

  it.each([
    ['limit', '0'],
    ['limit', '101'],
    ['limit', 'many'],
    ['offset', '-1'],
    ['offset', '10000'],
    ['active', 'yes'],
    ['createdFrom', 'yesterday'],
    ['colour', 'red'],
  ])('refuses %s=%s', async (parameter, value) => {
    expect(refusalOf(await list({ [parameter]: value }))).toMatchObject({
      status: 400,
      parameters: [parameter],
    })
  })

  it('shows clients their own, and of others not that they are there', async () => {
    const [mine, other] = [await addAccount(), await registerClient(api.call)]
    expect(await idsOf({}, client.token)).toEqual([mine.text('id')])
    expect(await idsOf({}, other.token)).toEqual([])
    expect(await idsOf({ search: mine.text('id') }, other.token)).toEqual([])
    const path = `/accounts/${mine.text('id')}`
    expect((await as(client.token)('GET', path)).body).toEqual(mine.body)
    expect((await as(other.token)('GET', path)).status).toBe(404)
    expect((await as(client.token)('PATCH', path, { active: true })).status).toBe(403)
    const support = await createStaff(api.call, 'customer_support')
    expect((await as(support.token)('GET', path)).status).toBe(200)
    expect((await as(support.token)('PATCH', path, { active: true })).status).toBe(403)
  })
})

describe('the account of a client’s own coins', () => {
  it('is made active, once, with the first of them', async () => {
    const issuers = await Promise.all([1, 2, 3].map(() => addIssuer(api.call, api.admin.token)))
    const coins = await Promise.all(issuers.map(({ issuerId }) => coin(issuerId)))
    expect(coins.map((one) => [one.status, one.at('active')])).toEqual([
      [201, true],
      [201, true],
      [201, true],
    ])
    const accounts = await list({}, client.token)
    expect(accounts.at('data')).toMatchObject([{ active: true, type: null, externalId: null }])
    expect(await trailOf(accounts.text('data.0.id'))).toMatchObject([
      { action: 'account.create', after: { own: true, active: true }, actor: { id: client.id } },
    ])
  })

  it('stops all of them while it is off, and nobody opens or switches on another in it', async () => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    const serial = (await coin(issuerId)).text('serial')
    const path = `/accounts/${(await list({}, client.token)).text('data.0.id')}`
    const isActive = async () => (await as(client.token)('GET', '/coins')).at('coins.0.active')
    await as()('PATCH', path, { active: false })
    expect(await isActive()).toBe(false)
    const compliance = await createStaff(api.call, 'compliance_manager')
    for (const token of [client.token, compliance.token])
      expect(refusalOf(await as(token)('PATCH', `/coins/${serial}/status`, { active: true }))).toEqual({
        status: 409,
        code: 'account_inactive',
        parameters: ['active'],
      })
    const another = await addIssuer(api.call, api.admin.token)
    expect(refusalOf(await coin(another.issuerId))).toMatchObject({ status: 409, code: 'account_inactive' })
    await as()('PATCH', path, { active: true })
    expect(await isActive()).toBe(true)
  })

  it('leaves off what was off before, when it is switched on again', async () => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    const serial = (await coin(issuerId)).text('serial')
    const path = `/accounts/${(await list({}, client.token)).text('data.0.id')}`
    await as(client.token)('PATCH', `/coins/${serial}`, { active: false })
    await as()('PATCH', path, { active: false })
    await as()('PATCH', path, { active: true })
    expect((await as(client.token)('GET', '/coins')).at('coins.0.active')).toBe(false)
  })

  it('and a coin switched at the same moment end as one of the two orders says', async () => {
    const { issuerId } = await addIssuer(api.call, api.admin.token)
    const serial = (await coin(issuerId)).text('serial')
    const path = `/accounts/${(await list({}, client.token)).text('data.0.id')}`
    for (let n = 0; n < 10; n += 1) {
      const wanted = n % 2 === 0
      await Promise.all([
        as()('PATCH', path, { active: wanted }),
        as(client.token)('PATCH', `/coins/${serial}`, { active: false }),
        as(client.token)('PATCH', `/coins/${serial}`, { active: true }),
      ])
      const projectId = await projectOf(api.db, client.id)
      const [row] = await inProject(api.db, projectId, (trx) =>
        trx('coins as k')
          .join('accounts as a', 'a.id', 'k.account_id')
          .join('balances as b', 'b.account_id', 'k.id')
          .where({ serial })
          .select('a.active as account', 'k.switched_on', 'b.active'),
      )
      expect(row).toMatchObject({ account: wanted, active: wanted && row.switched_on })
    }
  })
})

function as(token = api.admin.token) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

async function addType(): Promise<string> {
  const label = freshCode()
  const body = { label, name: 'A type' }
  return (await as()('POST', '/configurations/account-types', body)).text('label')
}

function addAccount(more: object = {}) {
  return as()('POST', '/accounts', { type, owner: client.organizationId, ...more })
}

async function list(query: Readonly<Record<string, string>>, token?: string): Promise<Answer> {
  return as(token)('GET', `/accounts?${new URLSearchParams(query).toString()}`)
}

async function idsOf(query: Readonly<Record<string, string>>, token?: string): Promise<unknown[]> {
  return ((await list(query, token)).at('data') as { id: string }[]).map(({ id }) => id)
}

function coin(issuerId: string) {
  return as(client.token)('POST', '/coins', { name: 'My coin', issuerId })
}

async function trailOf(id: string): Promise<unknown> {
  const body = { filter: { subjectIds: [id] } }
  return (await as()('POST', '/audit-trails/view', body)).at('records')
}
