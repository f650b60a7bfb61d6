import { refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { opened } from '#test/support/opened.ts'
import { openRulesDesk, STAGES } from '#test/support/rules-desk.ts'

const desk = opened(openRulesDesk, ({ close }) => close())
beforeEach(() => desk.useFreshIssuer())

describe('bands', () => {
  test('may touch, and not overlap', async () => {
    const id = await desk.makeRule({ toAmount: '200' })
    for (const band of [{ fromAmount: '199.99' }, { fromAmount: '0', toAmount: '100.01' }, {}]) {
      const answer = await desk.propose(band)
      expect(refusalOf(answer)).toEqual({
        status: 409,
        code: 'approval_rules_overlap',
        parameters: ['fromAmount'],
      })
      expect(answer.text('detail')).toContain(id)
    }
    await desk.makeRule({ fromAmount: '200' })
    await desk.makeRule({ fromAmount: '0', toAmount: '100' })
    await desk.makeRule({ businessProcessType: 'bank_topup' })
    expect(await desk.inForce()).toHaveLength(4)
  })

  test('are looked at again when a change is approved, also with two at the same moment', async () => {
    const changes = [await desk.propose(), await desk.propose({ fromAmount: '150' })]
    const answers = await Promise.all(changes.map((change) => desk.decide('approve', change)))
    expect(statusesOf(answers)).toEqual([200, 409])
    expect(answers.find(({ status }) => status === 409)?.at('code')).toBe('approval_rules_overlap')
    const states = await Promise.all(changes.map((change) => desk.changesOf(change.text('ruleId'))))
    expect(new Set(states.map(([change]) => change?.status))).toEqual(new Set(['approved', 'pending']))
    expect(await desk.inForce()).toHaveLength(1)
  })

  test('of one rule may move within its own, and not into another', async () => {
    const id = await desk.makeRule({ toAmount: '200' })
    await desk.makeRule({ fromAmount: '200' })
    expect((await desk.patch(id, { fromAmount: '150' })).status).toBe(202)
    expect(refusalOf(await desk.patch(id, { toAmount: null })).code).toBe('approval_rules_overlap')
  })
})

describe('a change of a rule', () => {
  test('makes the next version and keeps what it does not name', async () => {
    const id = await desk.makeRule({ toAmount: '200', expiresAfterSeconds: 60 })
    const change = await desk.patch(id, { toAmount: null, order: 'together', expiresAfterSeconds: null })
    expect(change.status).toBe(202)
    expect(await desk.inForce()).toMatchObject([{ version: 1, toAmount: 20_000n }])
    await desk.decide('approve', change)
    expect(await desk.inForce()).toMatchObject([
      {
        id,
        version: 2,
        fromAmount: 10_000n,
        toAmount: null,
        order: 'together',
        stages: STAGES,
        expiresAfterMs: null,
      },
    ])
    expect((await desk.get(id)).body).toMatchObject({
      version: 2,
      versions: [
        { version: 2, changeId: change.text('id'), terms: { toAmount: null, order: 'together' } },
        { version: 1, terms: { toAmount: '200.00', order: 'sequence', expiresAfterSeconds: 60 } },
      ],
    })
    expect(await desk.audit(id)).toMatchObject([
      { action: 'approval_rule.create' },
      { action: 'approval_rule.change', before: { version: 1 }, after: { version: 2 } },
    ])
  })

  test('of an older version is refused when it comes to be approved', async () => {
    const id = await desk.makeRule()
    const [first, second] = [
      await desk.patch(id, { toAmount: '500' }),
      await desk.patch(id, { toAmount: '900' }),
    ]
    expect((await desk.decide('approve', first)).status).toBe(200)
    expect(refusalOf(await desk.decide('approve', second))).toEqual({
      status: 409,
      code: 'approval_rule_changed',
      parameters: ['id'],
    })
    expect(await desk.inForce()).toMatchObject([{ version: 2, toAmount: 50_000n }])
    expect((await desk.decide('reject', second)).status).toBe(200)
  })

  test('is refused where the rule is not what was looked at, and where it says nothing', async () => {
    const id = await desk.makeRule()
    expect(refusalOf(await desk.patch(id, { toAmount: '500', version: 2 }))).toMatchObject({
      status: 409,
      parameters: ['version'],
    })
    expect((await desk.patch(id, { toAmount: '500', version: 1 })).status).toBe(202)
    for (const body of [{}, { version: 1 }, { reason: 'why not' }])
      expect(refusalOf(await desk.patch(id, body)).parameters).toEqual(['body'])
  })

  test('is refused for another operation or issuer, and for what no rule may say', async () => {
    const id = await desk.makeRule()
    const refused = async (body: object) => refusalOf(await desk.patch(id, body)).parameters
    expect(await refused({ businessProcessType: 'bank_topup' })).toEqual(['businessProcessType'])
    expect(await refused({ issuerId: null })).toEqual(['issuerId'])
    expect(await refused({ toAmount: '1' })).toEqual(['toAmount'])
    expect(await refused({ stages: [] })).toEqual(['stages'])
    expect(await desk.changesOf(id)).toHaveLength(1)
  })
})

describe('the removal of a rule', () => {
  test('waits for another person, and keeps what was', async () => {
    const id = await desk.makeRule()
    const change = await desk.remove(id)
    expect(change.body).toMatchObject({ action: 'remove', baseVersion: 1, proposed: null, status: 'pending' })
    expect(await desk.inForce()).toHaveLength(1)
    expect((await desk.decide('approve', change, desk.admin)).status).toBe(403)
    expect((await desk.decide('approve', change)).status).toBe(200)
    expect(await desk.inForce()).toEqual([])
    expect((await desk.get(id)).body).toMatchObject({
      active: false,
      version: 2,
      versions: [
        { version: 2, active: false },
        { version: 1, active: true, terms: { fromAmount: '100.00' } },
      ],
    })
    expect((await desk.audit(id)) as object[]).toMatchObject([{}, { action: 'approval_rule.remove' }])
  })

  test('lets nothing more be proposed about it, and frees its band', async () => {
    const id = await desk.makeRule()
    const late = await desk.patch(id, { toAmount: '500' })
    await desk.decide('approve', await desk.remove(id))
    expect((await desk.patch(id, { toAmount: '500' })).status).toBe(404)
    expect((await desk.remove(id)).status).toBe(404)
    expect(refusalOf(await desk.decide('approve', late)).code).toBe('approval_rule_changed')
    await desk.makeRule()
    expect(await desk.inForce()).toHaveLength(1)
  })
})
