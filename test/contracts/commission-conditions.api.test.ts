import { addIssuer, refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { useContracts } from '#test/support/use-contracts.ts'

const { api, manager, issuer } = useContracts()
let contract: string
beforeEach(async () => {
  contract = (await manager.create()).text('id')
})

describe('the conditions of a commission rule', () => {
  test.each([
    ['zero', {}, {}],
    ['percent', { valuePercent: '1.50' }, { valuePercent: '1.5' }],
    ['percent', { valuePercent: 0.000001 }, { valuePercent: '0.000001' }],
    ['fixed', { valueFixed: '0.3' }, { valueFixed: '0.30' }],
    [
      'greater_of_fixed_or_percent',
      { valueFixed: 3, valuePercent: '100' },
      { valueFixed: '3.00', valuePercent: '100' },
    ],
    [
      'lesser_of_fixed_or_percent',
      { valueFixed: '2', valuePercent: '0' },
      { valueFixed: '2.00', valuePercent: '0' },
    ],
    [
      'fixed_and_percent',
      { valueFixed: '0', valuePercent: '99.9' },
      { valueFixed: '0.00', valuePercent: '99.9' },
    ],
  ])('of the type %s are kept: %j', async (type, values, kept) => {
    const rule = await rulePath()
    const added = await manager.addCondition(rule, { beginAmount: '0', commission: { type, ...values } })
    expect(added.status).toBe(201)
    expect(added.body).toMatchObject({ beginAmount: '0.00', endAmount: null })
    expect(added.at('commission')).toEqual({ type, ...kept })
    expect(await conditionsOf(rule)).toEqual([added.body])
  })

  test('are replaced and removed, and the trail says how they were', async () => {
    const rule = await rulePath()
    const added = await manager.addCondition(rule, {
      beginAmount: '10',
      endAmount: '20.5',
      commission: { type: 'fixed', valueFixed: '1' },
    })
    const id = added.text('id')
    const path = `${rule}/condition/${id}`
    const body = { beginAmount: '5', commission: { type: 'percent', valuePercent: '2' } }
    const replaced = await manager.ask('PUT', path, body)
    expect(replaced.status).toBe(200)
    expect(replaced.body).toEqual({
      id,
      commissionRuleId: rule.split('/').at(-1),
      beginAmount: '5.00',
      endAmount: null,
      commission: { type: 'percent', valuePercent: '2' },
    })
    expect(await conditionsOf(rule)).toEqual([replaced.body])
    expect((await manager.ask('DELETE', path)).status).toBe(204)
    expect(await conditionsOf(rule)).toEqual([])
    expect(refusalOf(await manager.ask('DELETE', path))).toEqual(noSuch('cid'))
    expect(refusalOf(await manager.ask('PUT', path, body))).toEqual(noSuch('cid'))
    expect(await manager.trailOf(id)).toMatchObject([
      { action: 'commission_condition.remove', before: replaced.body, after: null },
      { action: 'commission_condition.change', before: added.body, after: replaced.body },
      { action: 'commission_condition.create', actor: { id: api.admin.id }, before: null, after: added.body },
    ])
  })

  test('may touch and not overlap', async () => {
    const rule = await rulePath()
    const range = (beginAmount: string, endAmount?: string) =>
      manager.addCondition(rule, { beginAmount, endAmount })
    const middle = await range('100', '200')
    const refused = { status: 409, code: 'commission_condition_overlaps', parameters: ['beginAmount'] }
    for (const [begin, end] of [
      ['199.99', '300'],
      ['0', '100.01'],
      ['0', undefined],
      ['150', '160'],
      ['100', '200'],
    ] as const)
      expect(refusalOf(await range(begin, end))).toEqual(refused)
    expect(await conditionsOf(rule)).toEqual([middle.body])
    const below = await range('0', '100')
    const above = await range('200')
    expect(await conditionsOf(rule)).toEqual([below.body, middle.body, above.body])
    const path = `${rule}/condition/${middle.text('id')}`
    const put = (beginAmount: string, endAmount: string) =>
      manager.ask('PUT', path, { beginAmount, endAmount, commission: { type: 'zero' } })
    expect(refusalOf(await put('99.99', '200'))).toEqual(refused)
    expect((await put('100', '199.99')).status).toBe(200)
  })

  test('do not overlap where two come at once', async () => {
    const rule = await rulePath()
    const answers = await Promise.all(
      [1, 2, 3].map((begin) => manager.addCondition(rule, { beginAmount: begin })),
    )
    expect(statusesOf(answers)).toEqual([201, 409, 409])
  })

  test.each([
    ['an unknown type', { commission: { type: 'free' } }, 'commission.type'],
    ['a missing percentage', { commission: { type: 'percent' } }, 'commission.valuePercent'],
    [
      'a missing fixed value',
      { commission: { type: 'fixed_and_percent', valuePercent: '1' } },
      'commission.valueFixed',
    ],
    [
      'a value that its type does not take',
      { commission: { type: 'zero', valueFixed: '1' } },
      'commission.valueFixed',
    ],
    ['more than all', { commission: { type: 'percent', valuePercent: '100.01' } }, 'commission.valuePercent'],
    [
      'too fine a percentage',
      { commission: { type: 'percent', valuePercent: '0.0000001' } },
      'commission.valuePercent',
    ],
    [
      'a negative percentage',
      { commission: { type: 'percent', valuePercent: '-1' } },
      'commission.valuePercent',
    ],
    [
      'a percentage in words',
      { commission: { type: 'percent', valuePercent: 'ten' } },
      'commission.valuePercent',
    ],
    [
      'a fixed value below the minor unit',
      { commission: { type: 'fixed', valueFixed: '0.001' } },
      'commission.valueFixed',
    ],
    ['a negative begin', { beginAmount: '-1' }, 'beginAmount'],
    ['a begin below the minor unit', { beginAmount: '0.001' }, 'beginAmount'],
    ['a zero that is finer than the minor unit', { beginAmount: '0.000' }, 'beginAmount'],
    ['an end at its begin', { beginAmount: '5', endAmount: '5.00' }, 'endAmount'],
    ['an end before its begin', { beginAmount: '5', endAmount: '4' }, 'endAmount'],
    ['an end that is too long', { endAmount: '9'.repeat(29) }, 'endAmount'],
    ['no begin', { beginAmount: undefined }, 'beginAmount'],
  ])('are refused with %s', async (_what, body, parameter) => {
    const rule = await rulePath()
    expect(refusalOf(await manager.addCondition(rule, body))).toEqual(badly(parameter))
    expect(await conditionsOf(rule)).toEqual([])
  })

  test.each([
    ['a fixed value', { commission: { type: 'fixed', valueFixed: '1' } }, 'commission.type'],
    [
      'a fixed value beside a percentage',
      { commission: { type: 'lesser_of_fixed_or_percent', valueFixed: '1', valuePercent: '1' } },
      'commission.type',
    ],
    ['a begin', { beginAmount: '1' }, 'beginAmount'],
    ['an end', { endAmount: '100' }, 'endAmount'],
  ])('for any issuer, which has no currency, are refused with %s', async (_what, body, parameter) => {
    const rule = await rulePath({ issuerId: null })
    expect(refusalOf(await manager.addCondition(rule, body))).toEqual(badly(parameter))
    const percent = { commission: { type: 'percent', valuePercent: '1' } }
    expect((await manager.addCondition(rule, percent)).body).toMatchObject({
      beginAmount: '0',
      endAmount: null,
    })
  })

  test.each([
    [0, '1000', '1000'],
    [18, '0.000000000000000001', '0.000000000000000001'],
  ])('are exact in a currency of %s decimals', async (fraction, beginAmount, kept) => {
    const { issuerId } = await addIssuer(api.call, api.admin.token, { fraction })
    const rule = await rulePath({ issuerId })
    const commission = { type: 'fixed', valueFixed: beginAmount }
    const added = await manager.addCondition(rule, { beginAmount, commission })
    expect(added.body).toMatchObject({ beginAmount: kept, commission: { valueFixed: kept } })
  })

  test('of one rule are not those of another', async () => {
    const [rule, other] = [await rulePath(), await rulePath({ issuerId: null })]
    const added = await manager.addCondition(rule)
    const path = `${other}/condition/${added.text('id')}`
    expect(refusalOf(await manager.ask('DELETE', path))).toEqual(noSuch('cid'))
    expect(await conditionsOf(rule)).toEqual([added.body])
  })
})

async function profilePath(more: object = {}): Promise<string> {
  const added = await manager.addProfile(contract, { issuerId: issuer.issuerId, ...more })
  return `/contracts/${contract}/commission-profiles/${added.text('id')}`
}

async function rulePath(more: object = {}): Promise<string> {
  const profile = await profilePath(more)
  return `${profile}/commission-rule/${(await manager.addRule(profile)).text('id')}`
}

/** The conditions of a rule that is the only one of its profile. */
async function conditionsOf(rule: string): Promise<unknown> {
  const view = `${rule.slice(0, rule.lastIndexOf('/'))}/view`
  return (await manager.ask('POST', view, {})).at('records.0.conditions')
}

function noSuch(parameter: string) {
  return { status: 404, code: 'not_found', parameters: [parameter] }
}

function badly(parameter: string) {
  return { status: 400, code: 'validation_failed', parameters: [parameter] }
}
