import { deskOf, openAccount } from '#test/support/accounts.ts'
import { addIssuer, freshCode, refusalOf } from '#test/support/catalogue.ts'
import { asAdministrator, createStaff, newLogin, registerClient, type Person } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
let client: Person
let name: string
beforeEach(async () => {
  name = `Client ${freshCode()}`
  client = await registerClient(api.call, { name })
})

it('are listed, searched by name and e-mail, and narrowed by state and type', async () => {
  const id = client.organizationId
  const merchant = await registerClient(api.call, { role: 'merchant', name })
  expect(await idsOf({ search: name.toLowerCase() })).toEqual([merchant.organizationId, id])
  expect(await idsOf({ search: client.login })).toEqual([id])
  expect(await idsOf({ search: name, type: 'merchant' })).toEqual([merchant.organizationId])
  expect(await idsOf({ search: '%' })).toEqual([])
  await api.ask('PATCH', `/users/${client.id}`, { active: false })
  expect(await idsOf({ search: name, active: 'false' })).toEqual([id])
  expect(await idsOf({ search: name, active: 'true' })).toEqual([merchant.organizationId])
  await api.ask('PATCH', `/users/${merchant.id}`, { paramType: 'FROZEN', paramValue: true })
  expect(await idsOf({ search: name, frozen: 'true' })).toEqual([merchant.organizationId])
  expect(await idsOf({ search: name, frozen: 'false' })).toEqual([id])
  const none = await api.ask('GET', `/clients?search=${freshCode(20)}`)
  expect(none.body).toMatchObject({ message: 'No data to display', data: [], total: 0, limit: 50 })
})

it('have a profile with members, accounts, assets, operations and notes', async () => {
  const { code } = await addIssuer(api.call, api.admin.token)
  const account = await openAccount(api.ask, client.organizationId)
  const asset = await api.ask('POST', `/accounts/${account}/assets`, { currency: code })
  await api.ask('POST', '/users/note', { userId: client.id, note: 'called twice' })
  const path = `/clients/${client.organizationId}`
  expect((await api.ask('GET', path)).body).toMatchObject({
    id: client.organizationId,
    name,
    type: 'individual',
    email: client.login,
    active: true,
    frozen: false,
    members: [{ id: client.id }],
    accounts: [{ id: account, assets: [asset.body] }],
    operations: [],
    notes: [{ note: 'called twice' }],
  })
  const ceo = deskOf(api.call, (await createStaff(api.call, 'ceo')).token)
  expect((await ceo('GET', path)).at('notes')).toBeNull()
})

it('are no staff, and not of another project', async () => {
  const { organizationId } = await asAdministrator(api.call)
  expect(refusalOf(await api.ask('GET', `/clients/${organizationId}`))).toEqual({
    status: 404,
    code: 'not_found',
    parameters: ['id'],
  })
  expect((await deskOf(api.call, client.token)('GET', '/clients')).status).toBe(403)
})

it('are added and invited as users are', async () => {
  const login = newLogin('invited')
  const added = await api.ask('POST', '/clients', { login, role: 'individual', name })
  expect(added.status).toBe(201)
  const id = added.text('user.members.0.organization.id')
  expect((await api.ask('GET', `/clients/${id}`)).body).toMatchObject({ email: login, name })
  const staff = await api.ask('POST', '/clients', { login: newLogin(), role: 'accountant' })
  expect(refusalOf(staff)).toMatchObject({ status: 400, parameters: ['role'] })
  const merchant = await api.ask('POST', '/clients', { login: newLogin(), role: 'merchant' })
  expect(refusalOf(merchant)).toMatchObject({ status: 400, parameters: ['legalType'] })
})

async function idsOf(query: object): Promise<unknown[]> {
  const asked = new URLSearchParams({ ...query }).toString()
  return ((await api.ask('GET', `/clients?${asked}`)).at('data') as { id: string }[]).map(({ id }) => id)
}
