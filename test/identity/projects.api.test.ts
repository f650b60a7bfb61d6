import { deskOf, trailOf, type Desk } from '#test/support/accounts.ts'
import { ADMIN } from '#test/support/api.ts'
import { freshCode, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { createStaff, registerClient } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
let key: string
beforeEach(() => {
  key = freshCode(8).toLowerCase()
})

it('is created with oneself as its administrator, who signs in to it by its key', async () => {
  const created = await api.ask('POST', '/projects', { key, name: 'Second', timeZone: 'Europe/Berlin' })
  expect(created.status).toBe(201)
  expect(created.body).toMatchObject({
    key,
    name: 'Second',
    timeZone: 'Europe/Berlin',
    role: 'administrator',
    current: false,
  })
  const there = await signInTo(key)
  const listed = (await there('GET', '/projects')).at('data') as { key: string; current: boolean }[]
  expect(listed.find((one) => one.key === key)).toMatchObject({ current: true, role: 'administrator' })
  expect(listed.find((one) => one.key === 'main')).toMatchObject({ current: false })
  expect(await trailOf(there, created.text('id'))).toMatchObject([
    { action: 'project.create', after: { key, name: 'Second' }, actor: { id: api.admin.id } },
  ])
  expect((await there('POST', '/contracts/view', {})).at('totalRecords')).toBe(2)
  expect((await there('GET', '/accounts')).at('message')).toBe('No data to display')
  expect((await there('POST', '/organizations', {})).at('records')).toMatchObject([{ type: 'system' }])
})

it('has a key of its own, however many ask at once', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => api.ask('POST', '/projects', { key, name: 'One' })))
  expect(statusesOf(answers)).toEqual([201, 409, 409])
  expect(refusalOf(await api.ask('POST', '/projects', { key: 'main', name: 'One' }))).toEqual({
    status: 409,
    code: 'project_exists',
    parameters: ['key'],
  })
})

it.each([
  ['key', { key: 'Big' }],
  ['key', { key: '-a' }],
  ['name', { name: '' }],
  ['timeZone', { timeZone: 'Europe/Atlantis' }],
])('is refused with a bad %s: %j', async (parameter, bad) => {
  const refused = await api.ask('POST', '/projects', { key, name: 'One', ...bad })
  expect(refusalOf(refused)).toMatchObject({ status: 400, parameters: [parameter] })
})

it('is changed from within, and its key stays', async () => {
  await api.ask('POST', '/projects', { key, name: 'Second' })
  const there = await signInTo(key)
  const changed = await there('PATCH', `/projects/${key}`, { name: 'New', timeZone: 'Asia/Tokyo' })
  expect(changed.body).toMatchObject({ key, name: 'New', timeZone: 'Asia/Tokyo', current: true })
  expect(await trailOf(there, changed.text('id'))).toMatchObject([
    { action: 'project.change', before: { name: 'Second', timeZone: 'UTC' }, after: { name: 'New' } },
    { action: 'project.create' },
  ])
  expect((await api.ask('PATCH', `/projects/${key}`, { name: 'Theirs' })).status).toBe(404)
  const renamed = await there('PATCH', `/projects/${key}`, { key: 'other' })
  expect(refusalOf(renamed)).toMatchObject({ status: 400, parameters: ['key'] })
})

it('lists each person their own, and only administrators make one', async () => {
  await api.ask('POST', '/projects', { key, name: 'Second' })
  for (const { token, role } of [
    { ...(await registerClient(api.call)), role: 'individual' },
    { ...(await createStaff(api.call, 'accountant')), role: 'accountant' },
  ]) {
    const desk = deskOf(api.call, token)
    expect((await desk('GET', '/projects')).at('data')).toMatchObject([{ key: 'main', role, current: true }])
    expect((await desk('POST', '/projects', { key: 'mine', name: 'Mine' })).status).toBe(403)
  }
})

async function signInTo(project: string): Promise<Desk> {
  const body = { login: ADMIN.login, password: ADMIN.password }
  const answer = await api.call('POST', '/authorization', { body, headers: { 'X-Project': project } })
  return deskOf(api.call, answer.text('authorizationToken.token'))
}
