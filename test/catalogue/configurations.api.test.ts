import { addConfigurationItem } from '#db/catalogue/configurations.ts'
import { inProject } from '#db/connection.ts'
import { joinProject } from '#db/identity/projects.ts'
import type { Role } from '#domain/identity/role.ts'
import type { TestApi } from '#test/support/api.ts'
import { freshCode, postCurrency, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { createStaff } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'
import { untilWaiting } from '#test/support/waiting.ts'

const api = useApi()

const SECTIONS = [
  ['/account-types', { properties: { limit: 'none' } }, { properties: { tier: 'gold' } }],
  ['/networks', { addressFormat: 'tron' }, {}],
  ['/transaction-sub-types', { type: 'Out' }, {}],
] as const

describe.each(SECTIONS)('%s', (path, details, changes) => {
  it('says that it is empty, and lists what was added by its label', async () => {
    const other = await addProject(api.db, freshCode().toLowerCase())
    const there = as(await other.signIn(api.call))
    expect((await there('GET', path)).body).toEqual({
      status: 'ok',
      message: 'No data to display',
      records: [],
    })
    const added = [
      await there('POST', path, { label: 'second', name: 'The second', ...details }),
      await there('POST', path, { label: 'first', name: 'The first', ...details }),
    ]
    expect(statusesOf(added)).toEqual([201, 201])
    expect(added[0]?.body).toMatchObject({ label: 'second', name: 'The second', ...details })
    const listed = await there('GET', path)
    expect(listed.at('records')).toEqual([added[1]?.body, added[0]?.body])
    expect(listed.text('message')).toMatch(/^2 /)
  })

  it('is changed and removed, with each change in the trail, and the label stays', async () => {
    const added = await as()('POST', path, { label: freshCode(), name: 'Old', ...details })
    const one = `${path}/${added.text('id')}`
    const changed = await as()('PATCH', one, { name: 'New', ...changes })
    expect(changed.body).toEqual({ ...(added.body as object), name: 'New', ...changes })
    expect(refusalOf(await as()('PATCH', one, { label: 'other' }))).toMatchObject({
      status: 400,
      parameters: ['label'],
    })
    expect((await as()('DELETE', one)).status).toBe(204)
    expect(refusalOf(await as()('DELETE', one))).toEqual({
      status: 404,
      code: 'not_found',
      parameters: ['id'],
    })
    expect(refusalOf(await as()('PATCH', one, { name: 'X' }))).toMatchObject({ status: 404 })
    const trail = await api.call('POST', '/audit-trails/view', {
      token: api.admin.token,
      body: { filter: { subjectIds: [added.text('id')] } },
    })
    expect(trail.at('records')).toMatchObject([
      { action: 'configuration.remove', before: changed.body, after: null },
      { action: 'configuration.change', before: added.body, after: changed.body },
      { action: 'configuration.create', before: null, after: added.body, actor: { id: api.admin.id } },
    ])
  })

  it('has a label once, however many come at once', async () => {
    const body = { label: freshCode(), name: 'One', ...details }
    const answers = await Promise.all([1, 2, 3].map(() => as()('POST', path, body)))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(refused && refusalOf(refused)).toEqual({ status: 409, code: 'label_taken', parameters: ['label'] })
  })

  it.each([
    ['no label', { label: undefined }, 'label'],
    ['a label with a space', { label: 'a b' }, 'label'],
    ['a label that is too long', { label: 'x'.repeat(65) }, 'label'],
    ['no name', { name: '' }, 'name'],
    ['what it does not have', { colour: 'red' }, 'colour'],
  ])('refuses %s', async (_what, bad, parameter) => {
    const before = await as()('GET', path)
    const answer = await as()('POST', path, { label: freshCode(), name: 'One', ...details, ...bad })
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
    expect((await as()('GET', path)).body).toEqual(before.body)
  })
})

it.each([
  ['/networks', { addressFormat: 'doge' }, 'addressFormat'],
  ['/networks', {}, 'addressFormat'],
  ['/transaction-sub-types', { type: 'Both' }, 'type'],
  ['/account-types', { properties: { size: 4 } }, 'properties.size'],
])('%s refuses %j', async (path, bad, parameter) => {
  const answer = await as()('POST', path, { label: freshCode(), name: 'One', ...bad })
  expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: [parameter] })
})

describe('to clone from another project', () => {
  it.each(SECTIONS)('takes %s over, as they are there', async (path, details) => {
    const { from, source, target, here } = await twoProjects()
    for (const label of ['one', 'two']) await source('POST', path, { label, name: label, ...details })
    const section = path.slice(1).replaceAll('-', '_')
    const cloned = await target('POST', '/clone', { fromProject: from, section })
    expect([cloned.status, cloned.body]).toEqual([201, { status: 'ok', section, labels: ['one', 'two'] }])
    expect(named(await target('GET', path))).toEqual(named(await source('GET', path)))
    const trail = await api.call('POST', '/audit-trails/view', { token: here, body: {} })
    expect(trail.at('records.0')).toMatchObject({
      action: 'configuration.clone',
      after: { fromProject: from, labels: ['one', 'two'] },
    })
    // The list is not empty any more.
    expect(refusalOf(await target('POST', '/clone', { fromProject: from, section }))).toEqual({
      status: 409,
      code: 'configuration_not_empty',
      parameters: ['section'],
    })
  })

  it('takes currencies over, with their decimals', async () => {
    const { from, target, there, here } = await twoProjects()
    await postCurrency(api.call, there, { code: 'USDT', fraction: 6 })
    expect((await target('POST', '/clone', { fromProject: from, section: 'currencies' })).status).toBe(201)
    const currencies = await api.call('GET', '/currencies', { token: here })
    expect(currencies.at('records')).toMatchObject([{ code: 'USDT', fraction: 6, isMain: false }])
  })

  it('takes it over once where two ask at once', async () => {
    const { from, source, target } = await twoProjects()
    for (let n = 0; n < 20; n += 1)
      await source('POST', '/networks', { label: `net-${n}`, name: 'One', addressFormat: 'evm' })
    const clone = () => target('POST', '/clone', { fromProject: from, section: 'networks' })
    const answers = await Promise.all([clone(), clone(), clone(), clone()])
    expect(statusesOf(answers)).toEqual([201, 409, 409, 409])
    expect(named(await target('GET', '/networks'))).toHaveLength(20)
  })

  it('waits for whoever is just adding to the list, which is not empty then', async () => {
    const { from, source, target, targetId } = await twoProjects()
    const item = { label: 'tron', name: 'TRON', addressFormat: 'tron' }
    await source('POST', '/networks', item)
    const { cloning } = await inProject(api.db, targetId, async (trx) => {
      await addConfigurationItem(trx, {
        id: `cfg_${from}`,
        project_id: targetId,
        section: 'networks',
        label: 'tron',
        name: 'Ours',
        details: { addressFormat: 'tron' },
      })
      const asked = target('POST', '/clone', { fromProject: from, section: 'networks' })
      await untilWaiting(trx)
      return { cloning: asked }
    })
    expect(refusalOf(await cloning)).toMatchObject({ status: 409, code: 'configuration_not_empty' })
  })

  it('needs a project of one’s own that has something, and a role that may read it there', async () => {
    const { from, target } = await twoProjects()
    const clone = (fromProject: string) => target('POST', '/clone', { fromProject, section: 'networks' })
    expect(refusalOf(await clone(from))).toEqual(badly('section'))
    expect(refusalOf(await clone('nowhere'))).toEqual(badly('fromProject'))
    const mine: { key: string } = await api.db('projects').where({ id: api.projectId }).first('key')
    expect(refusalOf(await clone(mine.key))).toEqual(badly('fromProject'))
    const itself = await as()('POST', '/clone', { fromProject: mine.key, section: 'networks' })
    expect(refusalOf(itself)).toEqual(badly('fromProject'))
    const weak = await twoProjects('role_administrator')
    const refused = await weak.target('POST', '/clone', { fromProject: weak.from, section: 'networks' })
    expect(refused.status).toBe(403)
    await inProject(api.db, weak.sourceId, (trx) => trx('members').update({ active: false }))
    const gone = await weak.target('POST', '/clone', { fromProject: weak.from, section: 'networks' })
    expect(refusalOf(gone)).toEqual(badly('fromProject'))
  })
})

it('is read by clients and staff, and changed by administrators', async () => {
  const accountant = await createStaff(api.call, 'accountant')
  expect((await as(accountant.token)('GET', '/networks')).status).toBe(200)
  const body = { label: freshCode(), name: 'One', addressFormat: 'evm' }
  expect((await as(accountant.token)('POST', '/networks', body)).status).toBe(403)
})

function as(token = api.admin.token) {
  return (method: string, path: string, body?: unknown) =>
    api.call(method, `/configurations${path}`, { token, body })
}

/** A project of the administrator's, in the role that they have there, and a token for an empty one of their own. */
async function twoProjects(role: Role = 'administrator') {
  const [from, to] = [freshCode().toLowerCase(), freshCode().toLowerCase()]
  const [source, target] = [await addProject(api.db, from), await addProject(api.db, to)]
  const [there, here] = [await source.signIn(api.call), await target.signIn(api.call)]
  const me = (await api.call('GET', '/users/me', { token: here })).text('user.id')
  await inProject(api.db, source.id, async (trx) => {
    await trx('members').insert({
      id: `mem_${from}`,
      project_id: source.id,
      person_id: me,
      organization_id: source.organizationId,
      role,
    })
  })
  await joinProject(api.db, me, source.id)
  return { from, sourceId: source.id, targetId: target.id, source: as(there), target: as(here), there, here }
}

function named(answer: Awaited<ReturnType<TestApi['call']>>) {
  return (answer.at('records') as readonly Record<string, unknown>[]).map((item) => {
    const { id: _, createdAt: __, ...rest } = item
    return rest
  })
}

function badly(parameter: string) {
  return { status: 400, code: 'validation_failed', parameters: [parameter] }
}
