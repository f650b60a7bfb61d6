import { inProject } from '#db/connection.ts'
import type { Person, TestClient } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Answer } from '#test/support/wire.ts'
import { ask, countOperations, decide, directTopUp, transfer, withdrawal } from '#test/support/wishes.ts'

/** What a contract costs and limits, over the public API and on the real book. */
describe('contracts', () => {
  const engine = useEngine()
  const antifraud = opened(() => engine.hire('antifraud_specialist'))

  const FREE = { type: 'zero' }

  it.each([
    ['IN', '100.00', '98.00'],
    ['OUT', '102.00', '100.00'],
    ['SHARED', '101.00', '99.00'],
  ])(
    'calculate a withdrawal %s to the cent that is then held, paid out and kept',
    async (direction, sent, paid) => {
      const client = await clientUnder([{ flow: 'bank_withdrawal', direction, commission: TWO_PERCENT }])
      const { body: priced } = await engine.call(client, '/bank-withdrawals/calculate', {
        coinSerial: client.serial,
        amount: '100.00',
      })
      expect(priced).toMatchObject({
        transactionAmount: '100.00',
        senderAmountPush: sent,
        recipientAmountPush: paid,
        commissionAmountPush: '2.00',
      })
      const asked = await ask(engine, withdrawal(engine, client, '100.00'))
      expect(asked.body.process).toMatchObject({ amount: '100.00', netAmount: paid, commission: '2.00' })
      expect(await balanceOf(client)).toEqual({ posted: 100_000n, held: BigInt(sent.replace('.', '')) })
      await decide(engine, asked, { verb: 'accept' })
      const done = await engine.reach(client, asked.body.process.id, 'processed')
      expect(await engine.payoutsOf(done.id)).toMatchObject([{ amount: paid }])
      expect(await balanceOf(client)).toEqual({ posted: 100_000n - BigInt(sent.replace('.', '')), held: 0n })
    },
  )

  it('take the commission of a transfer in the same step, and leave nothing in transit', async () => {
    const client = await clientUnder([
      { flow: 'transfer', direction: 'SHARED', commission: { type: 'fixed', valueFixed: '0.03' } },
    ])
    const other = await engine.addClient()
    const done = await ask(engine, transfer(client, other, '10.00'))
    expect(done.body.process.transactions.map(({ type, amount }) => [type, amount])).toEqual([
      ['transfer', '10.01'],
      ['transfer', '9.98'],
      ['commission', '0.03'],
    ])
    expect([await balanceOf(client), await balanceOf(other)]).toEqual([
      { posted: 98_999n, held: 0n },
      { posted: 998n, held: 0n },
    ])
  })

  it('offer nothing without an active rule, and nothing for an amount in none of its ranges', async () => {
    const client = await clientUnder([{ flow: 'bank_withdrawal', commission: FREE, from: '50' }])
    const before = await countOperations(engine)
    for (const wish of [withdrawal(engine, client, '49.99'), directTopUp(engine, client, '100.00')]) {
      const refused = await ask(engine, wish)
      expect([refused.status, refused.body.code]).toEqual([422, 'operation_not_offered'])
      expect(refused.body.errors[0]?.parameter).toBe('amount')
    }
    expect(await countOperations(engine)).toBe(before)
    expect((await ask(engine, withdrawal(engine, client, '50.00'))).status).toBe(201)
  })

  it('refuse a commission that is as large as the amount', async () => {
    const client = await clientUnder([
      { flow: 'bank_withdrawal', direction: 'IN', commission: { type: 'fixed', valueFixed: '5.00' } },
    ])
    const refused = await ask(engine, withdrawal(engine, client, '5.00'))
    expect([refused.status, refused.body.code]).toEqual([422, 'commission_exceeds_amount'])
    expect((await ask(engine, withdrawal(engine, client, '5.01'))).body.process.netAmount).toBe('0.01')
  })

  it('that change do not touch what was asked for: the price stays, and the key still finds it', async () => {
    const client = await clientUnder([{ flow: 'bank_withdrawal', commission: TWO_PERCENT }])
    const wish = withdrawal(engine, client, '100.00')
    const asked = await ask(engine, wish, 'priced-once')
    const nothing = await manage('/contracts', {
      name: 'Offers nothing',
      organizationType: 'individual',
      personType: 'gold',
    })
    await engine.request(engine.administrator, '/contracts', {
      method: 'PATCH',
      body: { organizationId: client.organization, contractId: nothing },
    })
    expect((await ask(engine, wish)).status).toBe(422)
    const again = await ask(engine, wish, 'priced-once')
    expect([again.status, again.text]).toEqual([201, asked.text])
    await decide(engine, asked, { verb: 'accept' })
    await engine.reach(client, asked.body.process.id, 'processed')
    expect(await balanceOf(client)).toEqual({ posted: 89_800n, held: 0n })
  })

  describe('limits', () => {
    const free = [{ flow: 'transfer', commission: FREE }]

    it('what goes over waits for anti-fraud, who sees it, allows it, and nobody else may', async () => {
      const client = await clientUnder(free, { limits: upTo('100.00') })
      const other = await engine.addClient()
      const within = await ask(engine, transfer(client, other, '60.00'))
      expect(within.body.process.status).toBe('processed')
      expect((await engine.read(client, within.body.process.id)).workflow).toBeNull()
      const over = await ask(engine, transfer(client, other, '40.01'))
      expect([over.status, over.body.process.status, over.body.process.requestStatus]).toEqual([
        201,
        'limited',
        'limited',
      ])
      const { workflow } = await engine.read(client, over.body.process.id)
      expect(workflow?.id).toBe(`transfer/${over.body.process.id}`)
      expect(await balanceOf(client)).toEqual({ posted: 94_000n, held: 4_001n })
      const { body } = await engine.call(antifraud, '/business-requests/view', { filter: { forMe: true } })
      expect(body.records).toMatchObject([
        { waits: { decisions: ['allow', 'reject'], roles: ['antifraud_specialist'] } },
      ])
      expect((await decideOn(engine.accountant, over)).status).toBe(403)
      expect((await decideOn(antifraud, over)).body.process.status).toBe('processed')
      expect(await balanceOf(client)).toEqual({ posted: 89_999n, held: 0n })
    })

    it('what anti-fraud rejects is released, with the reason, and takes nothing of the limit', async () => {
      const client = await clientUnder(free, { limits: upTo('100.00') })
      const other = await engine.addClient()
      const over = await ask(engine, transfer(client, other, '100.01'))
      const unsaid = await decideOn(antifraud, over, { verb: 'reject' })
      expect([unsaid.status, unsaid.body.errors[0]?.parameter]).toEqual([400, 'reason'])
      const rejected = await decideOn(antifraud, over, { verb: 'reject', reason: 'not like them' })
      expect(rejected.body.process).toMatchObject({ status: 'rejected', reason: 'not like them' })
      expect(await balanceOf(client)).toEqual({ posted: 100_000n, held: 0n })
      expect((await ask(engine, transfer(client, other, '100.00'))).body.process.status).toBe('processed')
    })

    it('hit by two requests at once: one goes through, the other is limited', async () => {
      const client = await clientUnder(free, { limits: upTo('1', 'quantity') })
      const other = await engine.addClient()
      const both = await Promise.all([
        ask(engine, transfer(client, other, '1.00')),
        ask(engine, transfer(client, other, '1.00')),
      ])
      expect(both.map(({ body }) => body.process.status).toSorted()).toEqual(['limited', 'processed'])
    })

    it('that an expiry or a decline gives back can be used again', async () => {
      const client = await clientUnder([{ flow: 'bank_withdrawal', commission: FREE }], {
        limits: [
          { operationFlowId: 'bank_withdrawal', qualifier: 'amount', timeUnit: 'per_life', value: '50.00' },
        ],
      })
      const first = await ask(engine, withdrawal(engine, client, '50.00'))
      const second = await ask(engine, withdrawal(engine, client, '0.01'))
      expect([first.body.process.phase, second.body.process.phase]).toEqual(['awaiting_decision', 'limited'])
      expect((await decideOn(antifraud, second, { verb: 'reject', reason: 'no' })).status).toBe(200)
      expect((await decide(engine, first, { verb: 'decline' })).status).toBe(200)
      const again = await ask(engine, withdrawal(engine, client, '50.00'))
      expect(again.body.process.phase).toBe('awaiting_decision')
    })
  })

  async function manage(path: string, body: object): Promise<string> {
    const answer = await engine.call(engine.administrator, path, body)
    expect([answer.status, answer.text]).toEqual([201, expect.anything()])
    return (answer.body as unknown as { id: string }).id
  }

  /** A client under a contract of their own, which offers what is named, and limits it. */
  async function clientUnder(
    prices: readonly Priced[],
    { funds = 100_000n, limits = [] as readonly object[] } = {},
  ): Promise<TestClient> {
    const contract = await manage('/contracts', {
      name: 'Their own',
      organizationType: 'individual',
      personType: 'gold',
    })
    for (const { flow, direction = 'OUT', commission, from = '0' } of prices) {
      const profile = `/contracts/${contract}/commission-profiles`
      const pid = await manage(profile, { operationFlowId: flow, issuerId: engine.book.issuerId })
      const rule = `${profile}/${pid}/commission-rule`
      const body = { beginDate: '2020-01-01T00:00:00Z', direction, active: true }
      const ruleId = await manage(rule, body)
      await manage(`${rule}/${ruleId}/condition`, { beginAmount: from, commission })
    }
    for (const limit of limits)
      await manage(`/contracts/${contract}/limit-profiles`, { issuerId: engine.book.issuerId, ...limit })
    const client = await engine.addClient(funds)
    await inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('organizations').where({ id: client.organization }).update({ identification_status: 'approved' }),
    )
    const given = await engine.request(engine.administrator, '/contracts', {
      method: 'PATCH',
      body: { organizationId: client.organization, contractId: contract },
    })
    expect(given.status).toBe(200)
    return client
  }

  async function balanceOf({ coin }: TestClient) {
    return (await engine.book.balances()).get(coin)
  }

  function decideOn(by: Person, asked: Answer, { verb = 'approve', ...body }: Decided = {}) {
    return engine.call(by, `/business-requests/${asked.body.process.requestIdentifier}/${verb}`, body)
  }
})

type Decided = { readonly verb?: 'approve' | 'reject'; readonly reason?: string }

/** Of a whole life: a day may end between two requests. */
const upTo = (value: string, qualifier = 'amount') => [
  { operationFlowId: 'transfer', qualifier, timeUnit: 'per_life', value },
]

type Priced = {
  readonly flow: string
  readonly direction?: string
  readonly commission: object
  readonly from?: string
}

const TWO_PERCENT = { type: 'percent', valuePercent: '2' }
