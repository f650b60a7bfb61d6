import { refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { TIME_UNITS } from '#domain/contracts/limit.ts'
import { useContracts } from '#test/support/use-contracts.ts'

const { api, manager, issuer } = useContracts()
let contract: string
beforeEach(async () => {
  contract = (await manager.create()).text('id')
})

describe('limit profiles', () => {
  test('are there in every period, for amounts and for numbers of operations', async () => {
    const added: unknown[] = []
    for (const timeUnit of TIME_UNITS) {
      const amount = await manager.addLimit(contract, {
        issuerId: issuer.issuerId,
        qualifier: 'amount',
        timeUnit,
        value: '100.5',
      })
      expect(amount.body).toMatchObject({
        contractId: contract,
        issuerId: issuer.issuerId,
        timeUnit,
        value: '100.50',
        active: true,
      })
      const quantity = await manager.addLimit(contract, { timeUnit, value: 3, active: false })
      expect(quantity.body).toMatchObject({
        issuerId: null,
        qualifier: 'quantity',
        value: '3',
        active: false,
      })
      added.push(amount.body, quantity.body)
    }
    expect(await limits()).toEqual(added)
  })

  test('are changed and removed, and the trail says how they were', async () => {
    const added = await manager.addLimit(contract, {
      issuerId: issuer.issuerId,
      qualifier: 'amount',
      value: '100',
    })
    const id = added.text('id')
    const path = `/contracts/${contract}/limit-profiles/${id}`
    const lowered = await manager.ask('PATCH', path, { value: '0.01' })
    expect(lowered.body).toEqual({ ...(added.body as object), value: '0.01' })
    const off = await manager.ask('PATCH', path, { active: false })
    expect(off.body).toEqual({ ...(lowered.body as object), active: false })
    expect(await limits()).toEqual([off.body])
    expect((await manager.ask('DELETE', path)).status).toBe(204)
    expect(await limits()).toEqual([])
    const missing = { status: 404, code: 'not_found', parameters: ['lid'] }
    expect(refusalOf(await manager.ask('DELETE', path))).toEqual(missing)
    expect(refusalOf(await manager.ask('PATCH', path, { active: true }))).toEqual(missing)
    expect(await manager.trailOf(id)).toMatchObject([
      { action: 'limit_profile.remove', before: off.body, after: null },
      { action: 'limit_profile.change', before: lowered.body, after: off.body },
      { action: 'limit_profile.change', before: added.body, after: lowered.body },
      { action: 'limit_profile.create', actor: { id: api.admin.id }, before: null, after: added.body },
    ])
  })

  test('of nothing let nothing through', async () => {
    expect((await manager.addLimit(contract, { value: '0' })).at('value')).toBe('0')
    const amount = await manager.addLimit(contract, {
      issuerId: issuer.issuerId,
      qualifier: 'amount',
      value: '0',
    })
    expect(amount.at('value')).toBe('0.00')
  })

  test('are one for each operation, issuer, qualifier and period, also where two come at once', async () => {
    const answers = await Promise.all([1, 2, 3].map((value) => manager.addLimit(contract, { value })))
    expect(statusesOf(answers)).toEqual([201, 409, 409])
    expect(refusalOf(await manager.addLimit(contract, { active: false }))).toEqual({
      status: 409,
      code: 'limit_profile_exists',
      parameters: ['timeUnit'],
    })
    for (const other of [
      { issuerId: issuer.issuerId },
      { operationFlowId: 'bank_top_up' },
      { timeUnit: 'per_week' },
    ])
      expect((await manager.addLimit(contract, other)).status).toBe(201)
  })

  test.each([
    ['an unknown operation', { operationFlowId: 'exchange' }, 'operationFlowId'],
    ['an unknown issuer', { issuerId: 'iss_1' }, 'issuerId'],
    ['an amount in no currency', { qualifier: 'amount' }, 'issuerId'],
    ['an unknown qualifier', { qualifier: 'weight' }, 'qualifier'],
    ['an unknown period', { timeUnit: 'per_hour' }, 'timeUnit'],
    ['half an operation', { value: '1.5' }, 'value'],
    ['a negative number', { value: '-1' }, 'value'],
    ['no value', { value: undefined }, 'value'],
    ['an unknown field', { period: 'day' }, 'period'],
  ])('are refused with %s', async (_what, body, parameter) => {
    const answer = await manager.addLimit(contract, body)
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
    expect(await limits()).toEqual([])
  })

  test('take no amount below the minor unit, new or changed', async () => {
    const bad = { status: 400, code: 'validation_failed', parameters: ['value'] }
    const asked = { issuerId: issuer.issuerId, qualifier: 'amount', value: '1.001' }
    expect(refusalOf(await manager.addLimit(contract, asked))).toEqual(bad)
    const added = await manager.addLimit(contract, { ...asked, value: '1.01' })
    const path = `/contracts/${contract}/limit-profiles/${added.text('id')}`
    expect(refusalOf(await manager.ask('PATCH', path, { value: '1.001' }))).toEqual(bad)
    expect((await manager.ask('PATCH', path, {})).status).toBe(400)
    expect(refusalOf(await manager.ask('PATCH', path, { timeUnit: 'per_week' }))).toMatchObject({
      parameters: ['timeUnit'],
    })
    expect(await limits()).toEqual([added.body])
  })

  test('of one contract are not those of another', async () => {
    const added = await manager.addLimit(contract)
    const other = (await manager.create()).text('id')
    const path = `/contracts/${other}/limit-profiles/${added.text('id')}`
    expect(refusalOf(await manager.ask('DELETE', path))).toMatchObject({ status: 404, parameters: ['lid'] })
    expect(await limits()).toEqual([added.body])
  })
})

async function limits(): Promise<unknown> {
  return (await manager.ask('GET', `/contracts/${contract}/limit-profiles`)).at('records')
}
