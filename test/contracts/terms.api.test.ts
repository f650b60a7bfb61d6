import { inProject } from '#db/connection.ts'
import { readTerms, type Terms } from '#db/contracts/terms.ts'
import { chargeFor, type Flow } from '#domain/contracts/commission.ts'
import { addIssuer } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { registerClient } from '#test/support/people.ts'
import { useContracts } from '#test/support/use-contracts.ts'

const { api, manager, issuer } = useContracts()
const otherIssuer = opened(() => addIssuer(api.call, api.admin.token, { fraction: 0 }))
/** Approved, and under a contract of its own that offers nothing yet. */
let client: string
let contract: string
beforeEach(async () => {
  contract = (await manager.create()).text('id')
  client = await clientUnder(contract)
})

describe('what a client’s contract says', () => {
  test('is nothing where it has no rule: the operation is not offered', async () => {
    expect(await terms()).toBeUndefined()
    await manager.price(contract, { profile: { operationFlowId: 'bank_top_up' } })
    expect(await terms()).toBeUndefined()
    expect(await terms({ flow: 'bank_top_up' })).toBeDefined()
  })

  test('is the rule with its conditions, exact, the limits in force, and the project’s time zone', async () => {
    const { rule, ruleId } = await manager.price(contract, {
      profile: { issuerId: issuer.issuerId },
      rule: { direction: 'SHARED' },
      condition: {
        beginAmount: '1000',
        commission: { type: 'fixed_and_percent', valueFixed: '0.30', valuePercent: '1.25' },
      },
    })
    await manager.addCondition(rule, { beginAmount: '0.01', endAmount: '1000' })
    const amount = { qualifier: 'amount', value: `1${'0'.repeat(27)}` }
    const [one, two] = [
      await manager.addLimit(contract, { issuerId: issuer.issuerId, ...amount }),
      await manager.addLimit(contract, { timeUnit: 'per_life', value: '3' }),
    ]
    await manager.addLimit(contract, { timeUnit: 'per_year', active: false })
    await manager.addLimit(contract, { issuerId: otherIssuer.issuerId, timeUnit: 'per_year' })
    await manager.addLimit(contract, { operationFlowId: 'bank_withdrawal' })
    const found = await terms()
    expect(found).toMatchObject({ contractId: contract, timeZone: 'UTC' })
    expect(found?.rule).toEqual({
      id: ruleId,
      direction: 'SHARED',
      conditions: [
        { begin: 1n, end: 100_000n, type: 'zero', fixed: 0n, percent: '0' },
        { begin: 100_000n, end: null, type: 'fixed_and_percent', fixed: 30n, percent: '1.25' },
      ],
    })
    expect(found?.limits.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: one.at('id'), qualifier: 'amount', unit: 'per_day', value: 10n ** 29n },
      { id: two.at('id'), qualifier: 'quantity', unit: 'per_life', value: 3n },
    ])
    expect(found && chargeFor(found.rule, 200_001n)).toEqual({
      senderAmount: 201_266n,
      recipientAmount: 198_736n,
      commission: 2_530n,
    })
  })

  test('is read in one round trip', async () => {
    await manager.price(contract)
    const statements: string[] = []
    await inProject(api.db, api.projectId, async (trx) => {
      trx.on('query', ({ sql }: { sql: string }) => statements.push(sql))
      await readTerms(trx, { organizationId: client, issuerId: issuer.issuerId, flow: 'transfer', at: NOW })
    })
    expect(statements.filter((sql) => !/^(commit|begin)/i.test(sql))).toHaveLength(1)
  })

  test('holds from the begin of its rule up to its end, while that is active', async () => {
    const { rule, ruleId } = await manager.price(contract, {
      rule: { beginDate: '2026-11-01T00:00:00Z', endDate: '2026-12-01T00:00:00Z' },
    })
    expect(await ruleAt('2026-10-31T23:59:59.999Z')).toBeUndefined()
    expect(await ruleAt('2026-11-01T00:00:00Z')).toBe(ruleId)
    expect(await ruleAt('2026-11-30T23:59:59.999Z')).toBe(ruleId)
    expect(await ruleAt('2026-12-01T00:00:00Z')).toBeUndefined()
    await manager.ask('PATCH', rule, { active: false })
    expect(await ruleAt('2026-11-15T00:00:00Z')).toBeUndefined()
  })

  test('of its own issuer comes before that of any, and of a person type before that of everybody', async () => {
    const gold = { type: 'personType', value: 'gold' }
    const vip = { type: 'personType', value: 'vip' }
    const counterOrganizationId = await clientUnder((await manager.create({ personType: 'vip' })).text('id'))
    // From the least to the most specific: each one that is added wins over all before it.
    for (const profile of [
      {},
      { destParticipantSpecification: vip },
      { srcParticipantSpecification: gold },
      { srcParticipantSpecification: gold, destParticipantSpecification: vip },
      { issuerId: issuer.issuerId },
      { issuerId: issuer.issuerId, destParticipantSpecification: vip },
      { issuerId: issuer.issuerId, srcParticipantSpecification: gold },
      { issuerId: issuer.issuerId, srcParticipantSpecification: gold, destParticipantSpecification: vip },
    ]) {
      const { ruleId } = await manager.price(contract, { profile })
      expect(await ruleIn({ counterOrganizationId })).toBe(ruleId)
    }
  })

  test('where it has one for this payer and one for this payee is that for the payer', async () => {
    const [payer, payee] = [
      { srcParticipantSpecification: { type: 'personType', value: 'gold' } },
      { destParticipantSpecification: { type: 'personType', value: 'gold' } },
    ]
    for (const order of [
      [payer, payee],
      [payee, payer],
    ]) {
      const id = (await manager.create()).text('id')
      const rules = new Map<object, string>()
      for (const profile of order) rules.set(profile, (await manager.price(id, { profile })).ruleId)
      const organizationId = await clientUnder(id)
      expect(await ruleIn({ organizationId, counterOrganizationId: organizationId })).toBe(rules.get(payer))
    }
  })

  test('is not that of another issuer or of other people', async () => {
    const { ruleId } = await manager.price(contract)
    const vip = { type: 'personType', value: 'vip' }
    for (const profile of [
      { issuerId: otherIssuer.issuerId },
      { srcParticipantSpecification: vip },
      { destParticipantSpecification: vip },
    ])
      await manager.price(contract, { profile })
    expect(await ruleIn({ counterOrganizationId: client })).toBe(ruleId)
    expect(await ruleIn()).toBe(ruleId)
    expect(await ruleIn({ issuerId: otherIssuer.issuerId })).not.toBe(ruleId)
  })

  test.each([
    ['bank_top_up', 'destParticipantSpecification'],
    ['bank_withdrawal', 'srcParticipantSpecification'],
  ])('of %s asks for the client’s own person type as %s', async (flow, specification) => {
    const profile = { operationFlowId: flow, [specification]: { type: 'personType', value: 'gold' } }
    const { ruleId } = await manager.price(contract, { profile })
    expect(await ruleIn({ flow: flow as Flow })).toBe(ruleId)
    await manager.ask('PATCH', `/contracts/${contract}`, { personType: 'vip' })
    expect(await ruleIn({ flow: flow as Flow })).toBeUndefined()
  })

  test('falls back to the general where the special has no rule in force', async () => {
    const { ruleId } = await manager.price(contract)
    const special = await manager.price(contract, {
      profile: { issuerId: issuer.issuerId },
      rule: { beginDate: '2027-01-01T00:00:00Z' },
    })
    expect(await ruleIn()).toBe(ruleId)
    expect(await ruleIn({ at: new Date('2027-01-01T00:00:00Z') })).toBe(special.ruleId)
  })

  test('is nothing while it is switched off', async () => {
    const { ruleId } = await manager.price(contract)
    await manager.ask('PATCH', `/contracts/${contract}`, { active: false })
    expect(await terms()).toBeUndefined()
    await manager.ask('PATCH', `/contracts/${contract}`, { active: true })
    expect(await ruleIn()).toBe(ruleId)
  })
})

describe('who was given no contract', () => {
  test.each(['individual', 'merchant'] as const)('is bound by the global base one: %s', async (role) => {
    const { organizationId } = await registerClient(api.call, { role })
    for (const flow of ['bank_top_up', 'bank_withdrawal', 'transfer'] as const) {
      const found = await terms({ organizationId, flow })
      expect(found?.contractId).toBe(await manager.bornWith(role))
      expect(found && chargeFor(found.rule, 1n)).toEqual({
        senderAmount: 1n,
        recipientAmount: 1n,
        commission: 0n,
      })
    }
  })

  test('is offered nothing while that is switched off, and something again by the next one', async () => {
    const { organizationId } = await registerClient(api.call, { role: 'merchant' })
    const old = await manager.bornWith('merchant')
    await manager.ask('PATCH', `/contracts/${old}`, { active: false })
    expect(await terms({ organizationId })).toBeUndefined()
    const next = (
      await manager.create({ organizationType: 'merchant', personType: 'base', global: true })
    ).text('id')
    const { ruleId } = await manager.price(next)
    expect(await ruleIn({ organizationId })).toBe(ruleId)
  })

  test('and is staff, is bound by that for individuals', async () => {
    const found = await terms({ organizationId: api.admin.organizationId })
    expect(found?.contractId).toBe(await manager.bornWith('individual'))
  })
})

describe('the database is the last guard', () => {
  test('against two rules of a profile at a time, and two conditions for an amount', async () => {
    const { rule } = await manager.price(contract)
    const [, , , , profile_id, , rule_id] = rule.split('/')
    const own = { project_id: api.projectId }
    const twinRule = { ...own, id: 'cru_2', profile_id, begins_at: NOW, direction: 'IN', active: true }
    const twinCondition = { ...own, id: 'cnd_2', rule_id, begin_amount: 5, end_amount: 6, type: 'zero' }
    for (const [table, row] of [
      ['commission_rules', twinRule],
      ['commission_conditions', twinCondition],
    ] as const)
      await expect(inProject(api.db, api.projectId, (trx) => trx(table).insert(row))).rejects.toMatchObject({
        code: 'SL010',
      })
    expect((await terms())?.rule.conditions).toHaveLength(1)
  })
})

const NOW = new Date('2026-11-23T10:00:00Z')

async function clientUnder(contractId: string): Promise<string> {
  const { organizationId } = await registerClient(api.call)
  await inProject(api.db, api.projectId, (trx) =>
    trx('organizations').where({ id: organizationId }).update({ identification_status: 'approved' }),
  )
  const given = await manager.ask('PATCH', '/contracts', { organizationId, contractId })
  given.text('contract.id')
  return organizationId
}

type Asked = Partial<Parameters<typeof readTerms>[1]>

function terms(asked: Asked = {}): Promise<Terms | undefined> {
  return inProject(api.db, api.projectId, (trx) =>
    readTerms(trx, {
      organizationId: client,
      issuerId: issuer.issuerId,
      flow: 'transfer',
      at: NOW,
      ...asked,
    }),
  )
}

async function ruleIn(asked: Asked = {}): Promise<string | undefined> {
  return (await terms(asked))?.rule.id
}

function ruleAt(moment: string): Promise<string | undefined> {
  return ruleIn({ at: new Date(moment) })
}
