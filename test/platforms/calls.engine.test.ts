import { inProject } from '#db/connection.ts'
import { signCall } from '#integrations/platforms/simulated/signature.ts'
import { signedAsBank } from '#test/support/bank-side.ts'
import { expectBankAgrees } from '#test/support/bank-agrees.ts'
import { type Answer } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import {
  ask,
  countOperations,
  decide,
  manualWithdrawal,
  requestedTopUp,
  waitingWithdrawal,
} from '#test/support/wishes.ts'

describe('calls of a platform', () => {
  const engine = useEngine({ ownTemporal: {} })
  afterEach(() => expectBankAgrees(engine))

  let events = 0

  it('credit a returned payout again, as an operation linked both ways; the original stays processed', async () => {
    const paid = await paidOut()
    await engine.giveBack(paid.id)
    const back = await untilReturned(paid)
    expect(back).toMatchObject({
      type: 'bank_redeem_return',
      status: 'processed',
      amount: '30.00',
      returnOf: paid.id,
      children: [],
    })
    expect(back.transactions.map(({ type }) => type)).toEqual(['issue', 'transfer'])
    expect(await engine.read(paid.client, paid.id)).toMatchObject({ phase: 'processed', children: [back.id] })
    expect(await balanceOf(paid.client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('that bring money back to a coin closed meanwhile credit it, and put it before a person', async () => {
    const paid = await paidOut()
    const other = await engine.addClient()
    const rest = { type: 'COIN', srcValue: paid.client.serial, destValue: other.serial }
    await engine.call(paid.client, '/transfers', { paymentTool: rest, amount: '70.00' })
    const closed = await engine.request(paid.client, `/coins/${paid.client.serial}`, { method: 'DELETE' })
    expect(closed.status).toBe(200)
    await engine.giveBack(paid.id)
    const back = await untilReturned(paid)
    expect(back.needsAttention).toContain('closed meanwhile')
    expect(await balanceOf(paid.client.coin)).toEqual({ posted: 3_000n, held: 0n })
  })

  it('credit it once, however many calls with however many event ids tell of it', async () => {
    const paid = await paidOut()
    await engine.giveBack(paid.id)
    const calls = Array.from({ length: 5 }, () => newEvent('payout.returned', paid.id))
    const answers = await Promise.all([...calls, ...calls].map((raw) => post(raw)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202))
    await untilReturned(paid)
    // Five of ours and the bank's own, each with a workflow that ends.
    const rows = await inbox(paid.id)
    expect(rows.filter(({ operation_id: own }) => own !== null)).toHaveLength(6)
    for (const { operation_id: own } of rows) await endOf(`return/${String(own)}`)
    expect((await engine.read(paid.client, paid.id)).children).toHaveLength(1)
    expect(await balanceOf(paid.client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('that tell of a return before we know of the payout credit it once the payout is settled', async () => {
    const waiting = await waitingWithdrawal(engine)
    await engine.orderFault('timeout_after_commit', { reference: waiting.id })
    await engine.orderFault('lookup_down', { reference: waiting.id, times: 4 })
    await decide(engine, waiting.asked, { verb: 'accept' })
    await until('the bank to have it', async () => (await engine.payoutsOf(waiting.id))[0])
    await engine.giveBack(waiting.id)
    await untilReturned(waiting)
    const original = await engine.reach(waiting.client, waiting.id, 'processed')
    expect(original.timeline.map(({ to }) => to).at(-1)).toBe('processed')
    expect(await balanceOf(waiting.client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('are stored once and change nothing where the bank’s book says otherwise', async () => {
    const paid = await paidOut()
    for (const type of ['payout.refused', 'payout.returned', 'payout.confirmed']) {
      const raw = newEvent(type, paid.id)
      expect((await post(raw)).status).toBe(202)
      expect((await post(raw)).status).toBe(202)
    }
    await until('the look at the bank', async () => {
      const rows = await inbox(paid.id)
      return rows.some(({ outcome }) => outcome === 'not_returned') ? rows : undefined
    })
    expect(await inbox(paid.id)).toHaveLength(3)
    expect(await engine.read(paid.client, paid.id)).toMatchObject({ phase: 'processed', children: [] })
    expect(await balanceOf(paid.client.coin)).toEqual({ posted: 7_000n, held: 0n })
  })

  it.each([
    ['unsigned', () => ({})],
    ['with a signature that is no signature', () => ({ 'x-bank-signature': 'v1=1' })],
    ['forged', (raw: string) => ({ 'x-bank-signature': signCall('another', raw, nowS()) })],
    ['altered', () => signedAsBank('{"eventId":"1","type":"payout.returned","reference":"x"}')],
    ['older than five minutes', (raw: string) => signedAsBank(raw, Date.now() - 310_000)],
    ['from the future', (raw: string) => signedAsBank(raw, Date.now() + 310_000)],
  ])('are refused and not stored where they are %s', async (_, headersFor) => {
    const paid = await paidOut()
    const raw = newEvent('payout.returned', paid.id)
    const headers: Record<string, string> = { 'content-type': 'application/json', ...headersFor(raw) }
    expect(await post(raw, headers)).toMatchObject({ status: 401, body: { code: 'bad_signature' } })
    expect(await inbox(paid.id)).toEqual([])
  })

  it.each([
    ['no JSON', 'hello'],
    ['half a JSON', '{"eventId":'],
    ['a list', '[]'],
    ['an event of no kind we know', JSON.stringify({ eventId: '1', type: 'payout.lost', reference: 'x' })],
    ['a number for a reference', '{"eventId":"1","type":"payout.confirmed","reference":5}'],
    ['a NUL in the reference', '{"eventId":"1","type":"payout.confirmed","reference":"a\\u0000b"}'],
    ['half a surrogate pair', '{"eventId":"\\ud800","type":"payout.confirmed","reference":"a"}'],
    [
      'a reference longer than any',
      JSON.stringify({ eventId: '1', type: 'payout.confirmed', reference: 'x'.repeat(501) }),
    ],
  ])('are refused where the bank has signed %s', async (_, raw) => {
    const answer = await post(raw)
    expect(answer.status).toBe(401)
    expect(answer.body.code).toBe('bad_signature')
  })

  it('of a platform that is none of ours are not found', async () => {
    const raw = newEvent('payout.confirmed', 'x')
    for (const name of ['nowhere', '%zz', '..%2fsimulated'])
      expect(
        (await engine.request(undefined, `/platform-calls/${name}`, { raw, headers: signedAsBank(raw) }))
          .status,
      ).toBeGreaterThanOrEqual(400)
    const { status } = await engine.request(undefined, '/platform-calls/nowhere', {
      raw,
      headers: signedAsBank(raw),
    })
    expect(status).toBe(404)
  })

  it('about what was never paid out through it are kept for people and move nothing', async () => {
    const client = await engine.addClient(10_000n)
    const topUp = await ask(engine, requestedTopUp(engine, client, '5.00'))
    const manual = await ask(engine, manualWithdrawal(engine, client, '10.00'))
    await decide(engine, manual, { verb: 'accept' })
    const before = [await countOperations(engine), await balanceOf(client.coin)]
    const references = [
      'never-heard-of',
      'op_01arz3ndektsv4rrffq69g5fav',
      '../../x',
      'ünï',
      topUp.body.process.id,
    ]
    for (const reference of [...references, manual.body.process.id]) {
      for (const type of ['payout.confirmed', 'payout.refused', 'payout.returned'])
        expect((await post(newEvent(type, reference))).status).toBe(202)
      const rows = await inbox(reference)
      expect(rows).toHaveLength(3)
      for (const { operation_id: own } of rows) if (own !== null) await endOf(`return/${own}`)
    }
    expect([await countOperations(engine), await balanceOf(client.coin)]).toEqual(before)
    expect((await engine.read(client, manual.body.process.id)).phase).toBe('awaiting_reference')
  })

  it('are taken while Temporal is away, and handed on afterwards', async () => {
    const paid = await paidOut()
    await engine.stopTemporal()
    await engine.giveBack(paid.id)
    const raw = newEvent('payout.returned', paid.id)
    expect((await post(raw)).status).toBe(202)
    await engine.restartTemporal()
    await untilReturned(paid)
    expect(await balanceOf(paid.client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('are not lost to a cancel of the workflow that books the return', async () => {
    const paid = await paidOut()
    await engine.orderFault('lookup_down', { reference: paid.id, times: 2 })
    await engine.giveBack(paid.id)
    const own = await until('the call', async () => (await inbox(paid.id))[0]?.operation_id ?? undefined)
    await until('the workflow', () =>
      engine.client.workflow
        .getHandle(`return/${own}`)
        .cancel()
        .catch(() => undefined),
    )
    await untilReturned(paid)
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  function inbox(reference: string): Promise<InboxRow[]> {
    return inProject(engine.book.owner, engine.book.projectId, (trx) =>
      trx('inbox').where({ reference }).orderBy('created_at'),
    )
  }

  function newEvent(type: string, reference: string) {
    return JSON.stringify({ eventId: `ev-${(events += 1)}`, type, reference, at: new Date().toISOString() })
  }

  function post(raw: string, headers = signedAsBank(raw)): Promise<Answer> {
    return engine.request(undefined, '/platform-calls/simulated', { raw, headers })
  }

  function endOf(workflowId: string) {
    return engine.client.workflow.getHandle(workflowId).result()
  }

  /** 30.00 out of 100.00, and the bank has confirmed. */
  async function paidOut() {
    const waiting = await waitingWithdrawal(engine)
    await decide(engine, waiting.asked, { verb: 'accept' })
    await engine.reach(waiting.client, waiting.id, 'processed')
    return waiting
  }

  function untilReturned({ client, id }: Awaited<ReturnType<typeof paidOut>>) {
    return until('the return', async () => {
      const [child] = (await engine.read(client, id)).children
      return child === undefined ? undefined : engine.reach(client, child, 'processed')
    })
  }
})

const nowS = () => Math.floor(Date.now() / 1_000)

type InboxRow = { event_id: string; reference: string; operation_id: string | null; outcome: string | null }
