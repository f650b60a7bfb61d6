import { parametersOf } from '#test/support/api.ts'
import { newLogin, registerClient } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useUsers } from '#test/support/use-users.ts'

const { api, add, view, change, idsOf } = useUsers()

describe('viewing users', () => {
  test('finds them by each filter, and by several at once', async () => {
    const marked = `Mark%_${newLogin('x').slice(2, 10)}`
    const client = await registerClient(api.call, { name: `${marked} Client` })
    const merchant = await registerClient(api.call, { name: `${marked} Shop`, role: 'merchant' })
    const invited = (
      await add({ login: '+44 7400 123456', role: 'individual', name: `${marked} Phone` })
    ).text('user.id')
    await change(merchant.id, { active: false })
    const all = [client.id, merchant.id, invited].toSorted()
    const found = (filter: object) => idsOf(view({ text: marked.toLowerCase(), ...filter }))
    expect(await found({})).toEqual(all)
    expect(await found({ text: marked.replace('k', '_') })).toEqual([])
    expect(await found({ text: marked.replace('%', '%%') })).toEqual([])
    expect(await found({ clientName: 'SHOP' })).toEqual([merchant.id])
    expect(await found({ active: true })).toEqual([client.id, invited].toSorted())
    expect(await found({ banned: true })).toEqual([merchant.id])
    expect(await found({ roles: ['merchant', 'ceo'] })).toEqual([merchant.id])
    expect(await found({ organizationIds: [client.organizationId] })).toEqual([client.id])
    expect(await found({ emailVerified: true, active: true })).toEqual([client.id])
    expect(await found({ phoneVerified: false })).toEqual(all)
    expect(await found({ phoneVerified: true })).toEqual([])
    expect(await found({ phone: '+44 (0)7400 123456' })).toEqual([invited])
    expect(await idsOf(view({ email: merchant.login.toUpperCase() }))).toEqual([merchant.id])
    expect(await idsOf(view({ ids: [client.id, 'usr_none'] }))).toEqual([client.id])
    expect(await idsOf(view({ ids: [] }))).toEqual([])
    const sorted = await view({ text: marked }, { sort: { active: 'asc' } })
    expect(sorted.at('records.0.id')).toBe(merchant.id)
  })

  test('goes through pages in both directions without losing or doubling anybody', async () => {
    for (let i = 0; i < 5; i += 1) await registerClient(api.call, { name: 'Paged' })
    const page = async (pageNumber: number, createdAt: string) =>
      (
        (await view({ text: 'Paged' }, { pageNumber, pageSize: 2, sort: { createdAt } })).at('records') as {
          id: string
        }[]
      ).map(({ id }) => id)
    const up = [...(await page(0, 'asc')), ...(await page(1, 'asc')), ...(await page(2, 'asc'))]
    const down = [...(await page(0, 'desc')), ...(await page(1, 'desc')), ...(await page(2, 'desc'))]
    expect(new Set(up).size).toBe(5)
    expect(down).toEqual(up.toReversed())
    const last = await view({ text: 'Paged' }, { pageNumber: 9, pageSize: 2 })
    expect(last.body).toMatchObject({
      totalRecords: 5,
      totalIsCapped: false,
      totalPages: 3,
      pageNumber: 9,
      records: [],
    })
  })

  test.each<[string, object, string]>([
    ['an unknown filter', { filter: { iban: 'x' } }, 'filter.iban'],
    ['an unknown role', { filter: { roles: ['root'] } }, 'filter.roles.0'],
    ['text for a list', { filter: { ids: 'usr_1' } }, 'filter.ids'],
    ['text for a flag', { filter: { active: 'yes' } }, 'filter.active'],
    ['flags that contradict each other', { filter: { active: true, banned: true } }, 'filter.banned'],
    ['a page before the first', { pageNumber: -1 }, 'pageNumber'],
    ['half a page', { pageNumber: 0.5 }, 'pageNumber'],
    ['a page too large', { pageSize: 101 }, 'pageSize'],
    ['a page too deep', { pageNumber: 1000, pageSize: 100 }, 'pageNumber'],
    ['an unknown sort', { sort: { name: 'asc' } }, 'sort.name'],
    ['a sort that is no direction', { sort: { active: 'up' } }, 'sort.active'],
    ['two sorts', { sort: { active: 'asc', createdAt: 'asc' } }, 'sort'],
  ])('refuses %s by name', async (_what, body, parameter) => {
    const answer = await api.call('POST', '/users/view', { token: api.admin.token, body })
    expect(answer.status).toBe(400)
    expect(parametersOf(answer)).toEqual([parameter])
  })

  test('shows nobody of another project, and neither does any other call', async () => {
    const other = await addProject(api.db, 'walled-off')
    const token = await other.signIn(api.call)
    const client = await registerClient(api.call)
    expect(await idsOf(view({ ids: [client.id] }, {}, token))).toEqual([])
    expect((await view({}, {}, token)).at('totalRecords')).toBe(1)
    const answers = [
      await api.call('GET', `/users/${client.id}`, { token }),
      await change(client.id, { active: false }, token),
      await api.call('GET', '/users/usr_none', { token: api.admin.token }),
      await change('usr_none', { active: false }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
    const organizations = await api.call('POST', '/organizations', { token, body: {} })
    expect(await idsOf(Promise.resolve(organizations))).toEqual([other.organizationId])
    expect((await api.call('GET', '/users/me', { token: client.token })).status).toBe(200)
  })
})

describe('viewing organizations', () => {
  test('filters by type and id, and shows one system organization', async () => {
    const client = await registerClient(api.call)
    const ask = (filter: object) =>
      api.call('POST', '/organizations', { token: api.admin.token, body: { filter } })
    expect(await idsOf(ask({ types: ['system'] }))).toEqual([api.admin.organizationId])
    expect(await idsOf(ask({ ids: [client.organizationId], organizationTypes: ['individual'] }))).toEqual([
      client.organizationId,
    ])
    expect(await idsOf(ask({ types: ['system'], organizationTypes: ['individual'] }))).toEqual([])
    expect(parametersOf(await ask({ types: ['bank'] }))).toEqual(['filter.types.0'])
    expect(parametersOf(await ask({ emitentId: 'x' }))).toEqual(['filter.emitentId'])
  })
})

describe('the outbox', () => {
  test('shows the newest first, at most a hundred, of one login or of all', async () => {
    const login = newLogin()
    await api.call('POST', '/registration', { body: { login, role: 'individual' } })
    await api.call('POST', '/registration/resend-otp', { body: { login } })
    const read = (query: string) => api.call('GET', `/sandbox/outbox${query}`, { token: api.admin.token })
    const own = await read(`?to=${login.toUpperCase()}`)
    expect(own.at('records')).toHaveLength(2)
    expect(own.text('records.0.createdAt') > own.text('records.1.createdAt')).toBe(true)
    expect(own.text('records.0.text')).toContain(own.text('records.0.code'))
    expect((await read('')).text('records.0.to')).toBe(login)
    expect(parametersOf(await read('?to=jane'))).toEqual(['to'])
    expect(parametersOf(await read('?from=jane'))).toEqual(['from'])
    expect(parametersOf(await read(`?to=${encodeURIComponent('a\u0000@example.com')}`))).toEqual(['to'])
  })
})
