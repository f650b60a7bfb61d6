import type { Engine } from '#test/support/engine.ts'
import { useEngine } from '#test/support/use-engine.ts'

describe('money in and out over HTTP', () => {
  const engine = useEngine()

  it('credits a direct top-up at once, in at most 9 events', async () => {
    const client = await engine.addClient()
    const { status, body, headers } = await engine.call(engine.accountant, '/bank-top-ups/with-bank', {
      coinSerial: client.serial,
      amount: '12.50',
      fullName: 'Ann',
      bankId: engine.bankIds.manual,
    })
    expect({ status, state: body.process.status, location: headers.get('location') }).toEqual({
      status: 201,
      state: 'processed',
      location: `/api/v1/transactions/${body.process.id}`,
    })
    expect(await balanceOf(client.coin)).toEqual({ posted: 1_250n, held: 0n })
    expect(await eventsOf(`topup/${body.process.id}`)).toBeLessThanOrEqual(9)
  })

  it('credits a requested top-up only when an accountant accepts, in at most 16 events', async () => {
    const client = await engine.addClient()
    const asked = await engine.call(client, '/bank-top-ups/create-request/with-bank', {
      coinSerial: client.serial,
      amount: '40',
      fullName: 'Ann',
      bankId: engine.bankIds.manual,
    })
    expect(asked.body.process).toMatchObject({ status: 'pending', requestStatus: 'pending', amount: '40.00' })
    expect(await balanceOf(client.coin)).toEqual({ posted: 0n, held: 0n })
    const accepted = await engine.call(
      engine.accountant,
      `/bank-top-ups/${asked.body.process.requestIdentifier}/accept`,
      {},
    )
    expect(accepted).toMatchObject({ status: 200, body: { process: { status: 'processed' } } })
    expect(await balanceOf(client.coin)).toEqual({ posted: 4_000n, held: 0n })
    expect(await eventsOf(`topup/${asked.body.process.id}`)).toBeLessThanOrEqual(16)
  })

  it('holds a withdrawal, captures it on accept and redeems it when the bank confirms, in at most 24 events', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await withdraw(client, '30.00')
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 3_000n })
    const accepted = await engine.call(
      engine.accountant,
      `/bank-withdrawals/${asked.body.process.requestIdentifier}/accept`,
      {},
    )
    expect(accepted).toMatchObject({ status: 200, body: { process: { requestStatus: 'approved' } } })
    const done = await engine.reach(client, asked.body.process.id, 'processed')
    expect(done.bankReference).toEqual(expect.any(String))
    expect(done.transactions.map(({ type }: { type: string }) => type)).toEqual([
      'capture',
      'transfer',
      'redeem',
    ])
    expect(await balanceOf(client.coin)).toEqual({ posted: 7_000n, held: 0n })
    expect(await eventsOf(`withdrawal/${asked.body.process.id}`)).toBeLessThanOrEqual(24)
    const { payouts } = await engine.bankBook()
    expect(
      payouts.filter(({ reference }: { reference: string }) => reference === asked.body.process.id),
    ).toMatchObject([{ amount: '30.00', currency: 'EUR' }])
  })

  it('releases a declined withdrawal: everything is as before', async () => {
    const client = await engine.addClient(5_000n)
    const asked = await withdraw(client, '20.00')
    const declined = await engine.call(
      engine.accountant,
      `/bank-withdrawals/${asked.body.process.requestIdentifier}/decline`,
      {},
    )
    expect(declined).toMatchObject({ status: 200, body: { process: { status: 'declined' } } })
    expect(await balanceOf(client.coin)).toEqual({ posted: 5_000n, held: 0n })
  })

  it('waits for the reference where the bank has no integration, and takes it from the accountant', async () => {
    const client = await engine.addClient(5_000n)
    const asked = await withdraw(client, '20.00', engine.bankIds.manual)
    const number = asked.body.process.requestIdentifier
    await engine.call(engine.accountant, `/bank-withdrawals/${number}/accept`, {})
    const confirmed = await engine.call(engine.accountant, `/bank-withdrawals/${number}/confirm-payout`, {
      bankReference: 'TYPED-1',
    })
    expect(confirmed).toMatchObject({
      status: 200,
      body: { process: { status: 'processed', bankReference: 'TYPED-1' } },
    })
    expect(await balanceOf(client.coin)).toEqual({ posted: 3_000n, held: 0n })
  })

  it('credits the client again where an accountant says that such a bank refused', async () => {
    const client = await engine.addClient(5_000n)
    const asked = await withdraw(client, '20.00', engine.bankIds.manual)
    const number = asked.body.process.requestIdentifier
    await engine.call(engine.accountant, `/bank-withdrawals/${number}/accept`, {})
    const refused = await engine.call(engine.accountant, `/bank-withdrawals/${number}/refuse-payout`, {
      reason: 'account closed',
    })
    expect(refused).toMatchObject({
      status: 200,
      body: { process: { status: 'error', reason: 'account closed' } },
    })
    expect(await balanceOf(client.coin)).toEqual({ posted: 5_000n, held: 0n })
  })

  it('moves a transfer between two coins inside the request', async () => {
    const [payer, payee] = [await engine.addClient(1_000n), await engine.addClient()]
    const body = {
      paymentTool: { type: 'COIN', srcValue: payer.serial, destValue: payee.serial },
      amount: '3.50',
      description: 'lunch',
    }
    expect(await engine.call(payer, '/transfers/calculate', body)).toMatchObject({
      status: 200,
      body: { senderAmountPush: '3.50', commissionAmountPush: '0.00' },
    })
    const moved = await engine.call(payer, '/transfers', body)
    expect(moved).toMatchObject({ status: 201, body: { process: { status: 'processed', amount: '3.50' } } })
    expect([await balanceOf(payer.coin), await balanceOf(payee.coin)]).toEqual([
      { posted: 650n, held: 0n },
      { posted: 350n, held: 0n },
    ])
    expect((await engine.call(payee, `/transactions/${moved.body.process.id}`)).status).toBe(200)
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  /** Closed histories only: the last events come after the answer. */
  async function eventsOf(workflowId: string): Promise<number> {
    const handle = engine.client.workflow.getHandle(workflowId)
    await handle.result()
    return (await handle.fetchHistory()).events?.length ?? 0
  }

  function withdraw(
    client: Awaited<ReturnType<Engine['addClient']>>,
    amount: string,
    bankId = engine.bankIds.integrated,
  ) {
    return engine.call(client, '/bank-withdrawals/with-bank', {
      coinSerial: client.serial,
      amount,
      fullName: 'Ann Client',
      bankId,
      iban: 'DE89370400440532013000',
    })
  }
})
