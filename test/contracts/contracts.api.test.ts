import { bootstrap } from '#db/identity/bootstrap.ts'
import { inProject } from '#db/connection.ts'
import { ADMIN } from '#test/support/api.ts'
import { refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { contractsAs } from '#test/support/contracts.ts'
import { opened } from '#test/support/opened.ts'
import { registerClient } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const manager = opened(async () => contractsAs(api.call, api.admin.token))
const stranger = opened(async () => contractsAs(api.call, (await api.addStranger()).token))

describe('a project is born', () => {
  test('with contracts for individuals and merchants that offer everything for nothing', async () => {
    const found = await manager.ask('POST', '/contracts/view', {
      filter: { global: true },
      sort: { name: 'asc' },
    })
    const records = found.at('records') as { organizationType: string; id: string }[]
    expect(records.map(({ organizationType }) => organizationType).toSorted()).toEqual([
      'individual',
      'merchant',
    ])
    for (const record of records) {
      expect(record).toMatchObject({
        name: 'Zero commission',
        personType: 'base',
        active: true,
        global: true,
      })
      const profiles = await manager.ask('POST', `/contracts/${record.id}/commission-profiles/view`, {})
      const offered = profiles.at('records') as { id: string; operationFlowId: string; issuerId: null }[]
      expect(offered.map(({ operationFlowId }) => operationFlowId).toSorted()).toEqual([
        'bank_top_up',
        'bank_withdrawal',
        'platform_deposit',
        'platform_trade',
        'platform_withdrawal',
        'transfer',
      ])
      for (const { id, issuerId } of offered) {
        expect(issuerId).toBeNull()
        const path = `/contracts/${record.id}/commission-profiles/${id}/commission-rule/view`
        const rules = await manager.ask('POST', path, { filterCriteria: 'FOR_DATE' })
        expect(rules.at('records')).toMatchObject([
          {
            active: true,
            endDate: null,
            conditions: [{ beginAmount: '0', endAmount: null, commission: { type: 'zero' } }],
          },
        ])
      }
      expect((await manager.ask('GET', `/contracts/${record.id}/limit-profiles`)).at('records')).toEqual([])
    }
  })

  test('so in every way it is made, and only once', async () => {
    await bootstrap({ databaseUrl: api.database.url, adminLogin: ADMIN.login, adminPassword: ADMIN.password })
    expect(await idsOf({ global: true })).toHaveLength(2)
    const theirs = await Promise.all([stranger.bornWith(), stranger.bornWith('merchant')])
    const ours = await Promise.all([manager.bornWith(), manager.bornWith('merchant')])
    expect(new Set([...ours, ...theirs]).size).toBe(4)
  })

  test('leaves the transaction that made it in the project it was in', async () => {
    const seen = await inProject(api.db, api.projectId, async (trx) => {
      await trx('projects').insert({ id: 'prj_beside', key: 'beside', name: 'Beside' })
      const here: { rows: { project: string }[] } = await trx.raw('select current_project() as project')
      return here.rows[0]?.project
    })
    expect(seen).toBe(api.projectId)
  })
})

describe('contracts', () => {
  test('that were created are found, and can be renamed, described, classed and switched off', async () => {
    const created = await manager.create({ name: 'For ships', description: 'Old 100%' })
    expect(created.status).toBe(201)
    expect(created.body).toMatchObject({
      name: 'For ships',
      description: 'Old 100%',
      organizationType: 'individual',
      personType: 'gold',
      active: true,
      global: false,
    })
    const id = created.text('id')
    const changes = { name: 'For boats', description: null, personType: 'vip', active: false }
    const changed = await manager.ask('PATCH', `/contracts/${id}`, changes)
    expect(changed.status).toBe(200)
    expect(changed.body).toEqual({
      ...(created.body as object),
      ...changes,
      updatedAt: changed.at('updatedAt'),
    })
    expect((await manager.ask('POST', '/contracts/view', { filter: { id } })).at('records')).toEqual([
      changed.body,
    ])
    expect(await manager.trailOf(id)).toMatchObject([
      { action: 'contract.change', actor: { id: api.admin.id }, before: created.body, after: changed.body },
      { action: 'contract.create', actor: { id: api.admin.id }, before: null, after: created.body },
    ])
  })

  test('are found by type, class, age and any piece of their description, where % is just a sign', async () => {
    const about = { organizationType: 'merchant', personType: 'vip', description: 'Fleet 5% special' }
    const [one, two] = [await manager.create(about), await manager.create(about)] as const
    const ids = [one.text('id'), two.text('id')]
    expect(await idsOf({ description: 'fleet 5%' })).toEqual(ids)
    expect(await idsOf({ description: 'fleet%special' })).toEqual([])
    expect(await idsOf({ types: ['merchant'], personTypes: ['vip'] })).toEqual(ids)
    expect(await idsOf({ types: ['individual'], personTypes: ['vip'], global: true })).toEqual([])
    expect(await idsOf({ description: 'fleet', dateFrom: two.text('createdAt'), id: ids[0] })).toEqual([])
    expect(await idsOf({ types: ['merchant'], dateTo: '2020-01-01T00:00:00Z' })).toEqual([])
  })

  test('take the old spelling of a class, and answer in ours', async () => {
    const created = await manager.create({ personType: 'standart' })
    expect(created.at('personType')).toBe('standard')
    const id = created.text('id')
    expect(await idsOf({ personTypes: ['standart'], id })).toEqual([id])
    const changed = await manager.ask('PATCH', `/contracts/${id}`, { personType: 'standart' })
    expect(changed.at('personType')).toBe('standard')
  })

  test('of which one is global and active for each sort of client, also where two try at once', async () => {
    const body = { global: true, organizationType: 'merchant', personType: 'gold' }
    const answers = await Promise.all([1, 2, 3].map(() => manager.create(body)))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    const refused = { status: 409, code: 'global_contract_exists', parameters: ['global'] }
    expect(refusalOf(await manager.create(body))).toEqual(refused)
    const spare = await manager.create({ ...body, active: false })
    const path = `/contracts/${spare.text('id')}`
    expect(refusalOf(await manager.ask('PATCH', path, { active: true }))).toEqual({
      ...refused,
      parameters: ['active'],
    })
    const classed = await manager.ask('PATCH', path, { active: true, personType: 'base' })
    expect(refusalOf(classed)).toEqual({ ...refused, parameters: ['personType'] })
    expect((await manager.ask('PATCH', path, { active: true, personType: 'standard' })).status).toBe(200)
    const copy = await manager.ask('POST', `${path}/copy`, { name: 'Copy', copyLimits: false })
    expect(copy.body).toMatchObject({ global: false, active: true, personType: 'standard' })
  })

  test.each([
    ['no name', { name: undefined }, 'name'],
    ['an empty name', { name: '  ' }, 'name'],
    ['a contract for staff', { organizationType: 'system' }, 'organizationType'],
    ['an unknown class', { personType: 'platinum' }, 'personType'],
    ['an unknown field', { commission: '0' }, 'commission'],
    ['a word for a switch', { global: 'yes' }, 'global'],
  ])('are not created with %s', async (_what, more, parameter) => {
    const before = await idsOf({})
    const answer = await manager.create(more)
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
    expect(await idsOf({})).toEqual(before)
  })

  test('do not change who they are for, whether they are global, or nothing at all', async () => {
    const created = await manager.create()
    const path = `/contracts/${created.text('id')}`
    for (const body of [{ organizationType: 'merchant' }, { global: true }])
      expect(refusalOf(await manager.ask('PATCH', path, body))).toMatchObject({
        status: 400,
        parameters: Object.keys(body),
      })
    expect((await manager.ask('PATCH', path, {})).status).toBe(400)
    expect(
      (await manager.ask('POST', '/contracts/view', { filter: { id: created.at('id') } })).at('records'),
    ).toEqual([created.body])
  })

  test('that do not exist cannot be changed or copied', async () => {
    const missing = { status: 404, code: 'not_found', parameters: ['id'] }
    expect(refusalOf(await manager.ask('PATCH', '/contracts/con_1', { active: false }))).toEqual(missing)
    const copy = await manager.ask('POST', '/contracts/con_1/copy', { name: 'A', copyLimits: true })
    expect(refusalOf(copy)).toEqual(missing)
  })
})

describe('a copy of a contract', () => {
  test.each([true, false])('has its prices, and its limits where asked: %s', async (copyLimits) => {
    const original = (await manager.create({ description: 'The first' })).text('id')
    await manager.price(original, {
      rule: { direction: 'SHARED', endDate: '2030-01-01T00:00:00Z' },
      condition: { commission: { type: 'percent', valuePercent: '1.5' } },
    })
    await manager.addLimit(original, { active: false })
    const copy = await manager.ask('POST', `/contracts/${original}/copy`, { name: 'The second', copyLimits })
    expect(copy.status).toBe(201)
    expect(copy.body).toMatchObject({ name: 'The second', description: 'The first', personType: 'gold' })
    const id = copy.text('id')
    expect(id).not.toBe(original)
    const profiles = await manager.ask('POST', `/contracts/${id}/commission-profiles/view`, {})
    expect(profiles.at('records')).toMatchObject([{ contractId: id, operationFlowId: 'transfer' }])
    const path = `/contracts/${id}/commission-profiles/${profiles.text('records.0.id')}`
    const rules = await manager.ask('POST', `${path}/commission-rule/view`, {})
    expect(rules.at('records')).toMatchObject([
      {
        commissionProfileId: profiles.at('records.0.id'),
        direction: 'SHARED',
        endDate: '2030-01-01T00:00:00.000Z',
        active: true,
        conditions: [{ commission: { type: 'percent', valuePercent: '1.5' } }],
      },
    ])
    const limits = await manager.ask('GET', `/contracts/${id}/limit-profiles`)
    const limit = { contractId: id, value: '10', timeUnit: 'per_day', active: false }
    expect(limits.at('records')).toMatchObject(copyLimits ? [limit] : [])
    expect(await manager.trailOf(id)).toMatchObject([
      { action: 'contract.copy', actor: { id: api.admin.id }, after: { copyOf: original, copyLimits } },
    ])
  })

  test('wants to be told its name and whether limits are copied', async () => {
    const original = (await manager.create()).text('id')
    const answer = await manager.ask('POST', `/contracts/${original}/copy`, {})
    expect(refusalOf(answer)).toMatchObject({ status: 400, parameters: ['name', 'copyLimits'] })
  })
})

describe('an organization is given a contract', () => {
  test('once compliance has approved it, and the trail says who did it', async () => {
    const contract = await manager.create({ personType: 'vip' })
    const client = await newClient()
    const refused = await give(client, contract.text('id'))
    expect(refusalOf(refused)).toEqual({
      status: 409,
      code: 'organization_not_approved',
      parameters: ['organizationId'],
    })
    expect(await manager.trailOf(client)).not.toContainEqual(
      expect.objectContaining({ action: 'organization.give_contract' }),
    )
    await setOrganization(client, { identification_status: 'approved' })
    const given = await give(client, contract.text('id'))
    expect(given.body).toEqual({ status: 'ok', organizationId: client, contract: contract.body })
    expect((await manager.trailOf(client))[0]).toMatchObject({
      action: 'organization.give_contract',
      actor: { id: api.admin.id },
      before: { contractId: null },
      after: { contractId: contract.at('id') },
    })
  })

  test('or before, where it is the global base one', async () => {
    const client = await newClient()
    expect((await give(client, await manager.bornWith())).status).toBe(200)
    const global = await manager.create({ global: true, personType: 'vip' })
    expect(refusalOf(await give(client, global.text('id')))).toMatchObject({
      code: 'organization_not_approved',
    })
    const base = await manager.create({ personType: 'base' })
    expect(refusalOf(await give(client, base.text('id')))).toMatchObject({
      code: 'organization_not_approved',
    })
  })

  test('that is for its type, active, and of its project', async () => {
    const client = await newClient()
    await setOrganization(client, { identification_status: 'approved' })
    expect(refusalOf(await give(client, await manager.bornWith('merchant')))).toEqual({
      status: 409,
      code: 'contract_for_another_type',
      parameters: ['contractId'],
    })
    expect(refusalOf(await give(api.admin.organizationId, await manager.bornWith()))).toMatchObject({
      code: 'contract_for_another_type',
    })
    const off = await manager.create({ active: false })
    expect(refusalOf(await give(client, off.text('id')))).toEqual({
      status: 409,
      code: 'contract_inactive',
      parameters: ['contractId'],
    })
    expect(refusalOf(await give(client, await stranger.bornWith()))).toMatchObject({
      status: 400,
      parameters: ['contractId'],
    })
    expect(refusalOf(await give('org_1', await manager.bornWith()))).toMatchObject({
      status: 400,
      parameters: ['organizationId'],
    })
    const [row] = await inProject(api.db, api.projectId, (trx) => trx('organizations').where({ id: client }))
    expect(row).toMatchObject({ contract_id: null })
  })

  test('and no contract of another project to a stranger’s client', async () => {
    const client = await newClient()
    expect(refusalOf(await give(client, await stranger.bornWith(), stranger))).toMatchObject({
      status: 400,
      parameters: ['organizationId'],
    })
  })
})

/** Of the contracts that a filter finds. */
async function idsOf(filter: object): Promise<string[]> {
  const answer = await manager.ask('POST', '/contracts/view', { filter, sort: { createdAt: 'asc' } })
  return (answer.at('records') as { id: string }[]).map(({ id }) => id)
}

function setOrganization(id: string, changes: object): Promise<unknown> {
  return inProject(api.db, api.projectId, (trx) => trx('organizations').where({ id }).update(changes))
}

async function newClient(role: 'individual' | 'merchant' = 'individual'): Promise<string> {
  return (await registerClient(api.call, { role })).organizationId
}

function give(organizationId: string, contractId: string, by = manager) {
  return by.ask('PATCH', '/contracts', { organizationId, contractId })
}
