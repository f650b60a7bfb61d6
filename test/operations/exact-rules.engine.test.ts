import { inProject } from '#db/connection.ts'
import {
  COMMISSION_TYPES,
  DIRECTIONS,
  type CommissionType,
  type Direction,
} from '#domain/contracts/commission.ts'
import type { TestClient } from '#test/support/engine.ts'
import { at, made, openIssue, openPurse, type Issue } from '#test/support/exact-money.ts'
import { opened } from '#test/support/opened.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, decide, directTopUp, transfer, withdrawal } from '#test/support/wishes.ts'
import { expectedCharge, LONG, MOST, pointed, type PricedBy } from './exact-oracle.ts'

const engine = useEngine()
const antifraud = opened(() => engine.hire('antifraud_specialist'))
const cfo = opened(() => engine.hire('cfo'))

/** The rules that hold money back, at amounts of few and of many digits, to the unit. */
describe.each([
  [0, LONG],
  [2, MOST],
  [18, 2n],
  [18, LONG],
] as const)('of a currency with %s decimals, at %s units', (fraction, minor) => {
  let issue: Issue
  beforeEach(async () => {
    issue = await openIssue(engine, fraction)
  })
  const text = say(minor)

  it.each(COMMISSION_TYPES)('a commission of type %s is calculated as documented', async (type) => {
    for (const direction of DIRECTIONS) {
      const [payer, payee] = [await purse(), await purse()]
      const rule = priced(type, direction)
      await charge(await bind(payer), rule)
      for (const amount of [minor - 1n, minor]) {
        const expected = expectedCharge(rule, say(amount), fraction)
        const move = transfer(payer, payee, say(amount)).body
        const asked = { coinSerial: payer.serial, amount: say(amount) }
        for (const [path, body] of [
          ['/bank-top-ups/calculate', asked],
          ['/bank-withdrawals/calculate', asked],
          ['/transfers/calculate', move],
        ] as const) {
          const answer = await engine.call(payer, path, body)
          const { senderAmountPush, ...found } = answer.body as unknown as Record<string, string>
          expect([answer.status, 'refusal' in expected ? found['code'] : senderAmountPush]).toEqual(
            'refusal' in expected ? [422, expected['refusal']] : [200, expected['sender']],
          )
          if ('refusal' in expected) continue
          expect(found['recipientAmountPush']).toBe(expected['recipient'])
          expect(found['commissionAmountPush']).toBe(expected['commission'])
        }
      }
    }
  })

  it('a commission is taken, kept and given back to the unit', async () => {
    const [payer, payee] = [await purse(minor, minor), await purse()]
    const rule = priced('fixed_and_percent', 'SHARED')
    await charge(await bind(payer), rule)
    const expected = expectedCharge(rule, text, fraction)
    const sent = { amount: text, netAmount: expected['recipient'], commission: expected['commission'] }
    const moved = await ask(engine, transfer(payer, payee, text))
    expect(moved.body.process).toMatchObject({
      ...sent,
      operationAmountDetails: { senderGrossAmount: expected['sender'] },
      transactions: [{ amount: expected['sender'] }, { amount: sent.netAmount }, { amount: sent.commission }],
    })
    const back = await engine.call(engine.accountant, `/transactions/${moved.body.process.id}/reverse`, {
      reason: 'by mistake',
    })
    const number = back.body.process.requestIdentifier
    const done = await engine.call(cfo, `/business-requests/${number}/approve`, {})
    expect(done.body.process).toMatchObject({ phase: 'processed', amount: sent.netAmount })
    const asked = await ask(engine, withdrawal(engine, payer, text))
    expect(asked.body.process).toMatchObject(sent)
    await decide(engine, asked, { verb: 'accept' })
    await engine.reach(payer, asked.body.process.id, 'processed')
    expect(await engine.payoutsOf(asked.body.process.id)).toMatchObject([{ amount: sent.netAmount }])
    const coins = await engine.call(payer, '/coins')
    expect(at(coins, 'coins')).toContainEqual(
      expect.objectContaining({
        serial: payer.serial,
        amount: say(2n * minor - minorOf(expected['sender'])),
      }),
    )
  })
  it('a limit is reached and not passed, and says what would be taken of it', async () => {
    const [payer, payee] = [await purse(minor, minor), await purse()]
    const contract = await bind(payer)
    await charge(contract, { direction: 'IN', conditions: [{ begin: say(0n), ...FREE }] })
    const limit = { operationFlowId: 'transfer', qualifier: 'amount', timeUnit: 'per_life', value: text }
    const added = await add(`${contract}/limit-profiles`, { ...limit, issuerId: issue.issuerId })
    expect(added).toMatchObject({ value: text })
    expect(await phaseOf(payer, payee, minor - 1n)).toBe('processed')
    expect(await phaseOf(payer, payee, 1n)).toBe('processed')
    const over = await ask(engine, transfer(payer, payee, say(1n)))
    expect(over.body.process.phase).toBe('limited')
    const { holdBacks } = await engine.read(engine.accountant, over.body.process.id)
    expect(holdBacks.limits).toEqual([
      { limit: added.id, period: 'life', qualifier: 'amount', takes: say(1n), max: text },
    ])
    const path = `/business-requests/${over.body.process.requestIdentifier}/approve`
    expect((await engine.call(antifraud, path, {})).body.process.phase).toBe('processed')
  })
  const FREE = { end: null, type: 'zero', fixed: '0', percent: '0' }

  it('a band of an approval rule begins with its first amount and ends before its last', async () => {
    const [payer, payee] = [await purse(minor, minor, minor), await purse()]
    const rule = {
      businessProcessType: 'client_transaction_transfer',
      issuerId: issue.issuerId,
      fromAmount: say(minor - 1n),
      toAmount: text,
      stages: [{ roles: ['cfo'], approvers: 1 }],
    }
    const proposed = await engine.call(engine.administrator, '/approval-rules', rule)
    expect(at(proposed, 'proposed')).toMatchObject({ fromAmount: say(minor - 1n), toAmount: text })
    const { id } = proposed.body as unknown as { id: string }
    expect((await engine.call(cfo, `/approval-rule-changes/${id}/approve`, {})).status).toBe(200)
    if (minor > 2n) expect(await phaseOf(payer, payee, minor - 2n)).toBe('processed')
    expect(await phaseOf(payer, payee, minor - 1n)).toBe('awaiting_decision')
    expect(await phaseOf(payer, payee, minor)).toBe('processed')
  })

  it('a check of amounts, and of what they come to, looks from its first amount on', async () => {
    const [payer, payee] = [await purse(minor, minor), await purse()]
    const common = { types: ['client_transaction_transfer'], issuerId: issue.issuerId }
    const policy = { ...common, name: `Policy ${issue.code}`, fromAmount: say(1n), provider: 'rules' }
    expect(await add('/aml/policies', policy)).toMatchObject({
      fromAmount: say(1n),
    })
    const rule = { ...common, type: 'velocity_sum', verdict: 'review', windowHours: 24, fromAmount: text }
    const named = { ...rule, name: `Rule ${issue.code}` }
    expect(await add('/aml/rules', named)).toMatchObject({
      fromAmount: text,
    })
    const first = await ask(engine, transfer(payer, payee, say(minor - 1n)))
    await engine.reach(payer, first.body.process.id, 'processed')
    const second = await ask(engine, transfer(payer, payee, say(1n)))
    await engine.reach(payer, second.body.process.id, 'review')
  })

  function say(amount: bigint) {
    return pointed(amount, fraction)
  }

  async function purse(...funds: bigint[]): Promise<TestClient> {
    const owner = await openPurse(engine, issue)
    for (const amount of funds)
      expect((await ask(engine, directTopUp(engine, owner, say(amount)))).status).toBe(201)
    return owner
  }

  async function phaseOf(payer: TestClient, payee: TestClient, amount: bigint) {
    return (await ask(engine, transfer(payer, payee, say(amount)))).body.process.phase
  }

  /** What every operation costs there. Each condition has to come back as it was written. */
  async function charge(contract: string, { direction, conditions }: PricedBy): Promise<void> {
    for (const operationFlowId of FLOWS) {
      const profiles = `${contract}/commission-profiles`
      const { id } = await add(profiles, { operationFlowId, issuerId: issue.issuerId })
      const rules = `${profiles}/${id}/commission-rule`
      const rule = await add(rules, { beginDate: '2020-01-01T00:00:00Z', direction, active: true })
      for (const { begin, end, type, fixed, percent } of conditions) {
        const values = {
          ...(['zero', 'percent'].includes(type) ? {} : { valueFixed: fixed }),
          ...(['zero', 'fixed'].includes(type) ? {} : { valuePercent: percent }),
        }
        const body = { beginAmount: begin, endAmount: end, commission: { type, ...values } }
        expect(await add(`${rules}/${rule.id}/condition`, body)).toMatchObject(body)
      }
    }
  }

  /** Below the amount one unit is taken; from there on what the type says. */
  function priced(type: CommissionType, direction: Direction): PricedBy {
    return {
      direction,
      conditions: [
        { begin: say(0n), end: text, type: 'fixed', fixed: say(1n), percent: '0' },
        { begin: text, end: null, type, fixed: say(minor / 3n), percent: '33.333333' },
      ],
    }
  }
})

const FLOWS = ['bank_top_up', 'bank_withdrawal', 'transfer'] as const

/** A contract of their own. @returns its path, to add to */
async function bind({ organization }: TestClient): Promise<string> {
  const contract = { name: 'Their own', organizationType: 'individual', personType: 'gold' }
  const { id } = await add('/contracts', contract)
  await inProject(engine.book.db, engine.book.projectId, (trx) =>
    trx('organizations').where({ id: organization }).update({ identification_status: 'approved' }),
  )
  const body = { organizationId: organization, contractId: id }
  await engine.request(engine.administrator, '/contracts', { method: 'PATCH', body })
  return `/contracts/${id}`
}

function add(path: string, body: object): Promise<{ id: string }> {
  return made(engine, engine.administrator, [path, body])
}

function minorOf(written = ''): bigint {
  return BigInt(written.replace('.', ''))
}
