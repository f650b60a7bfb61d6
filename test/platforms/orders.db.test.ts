import type { OrderOutcome } from '#domain/platforms/holding-platform.ts'
import { inProject } from '#db/connection.ts'
import { id } from '#test/support/book.ts'
import { addAsset, addIssuer } from '#test/support/platform-book.ts'
import { fakeHolder } from './fake-holder.ts'
import { carriedOut, HOUR_MS, useOrderDesk } from './order-desk.ts'

describe('an order at a platform that keeps balances', () => {
  const desk = useOrderDesk()

  it('moves the mirror when the platform confirms, and not before', async () => {
    const there = fakeHolder()
    const { coin } = await addAsset(desk.book, { platform: desk.platform, account: 'a-1' })
    const worker = desk.workerOn(there.holder)
    const operation = await desk.placed(worker, { coin })
    expect(await worker.readStanding({ operation })).toMatchObject({ state: 'at_platform' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 0n, held: 0n })

    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 0n, held: 0n })
    expect(there.sent).toEqual([
      { reference: operation, type: 'deposit', account: 'a-1', currency: 'EUR', amount: '3.00' },
    ])

    expect(await worker.recordOrder({ operation, answer })).toMatchObject({ state: 'processed' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 300n, held: 0n })
  })

  it('shows what the platform said the balance is, and when', async () => {
    const { coin } = await desk.funded(fakeHolder())
    const row: unknown = await inProject(desk.book.owner, desk.book.projectId, (trx) =>
      trx('coins').where({ id: coin }).first('platform_balance', 'platform_balance_at'),
    )
    expect(row).toEqual({ platform_balance: '1000', platform_balance_at: expect.any(Date) })
  })

  it('holds what is withdrawn until the platform confirms', async () => {
    const { worker, coin } = await desk.funded(fakeHolder())
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_000n, held: 300n })
    expect(await carriedOut(worker, operation)).toMatchObject({ state: 'processed' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 700n, held: 0n })
  })

  it('frees what is held where the platform refuses', async () => {
    const there = fakeHolder()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal' })
    there.next(() => ({ kind: 'refused', reason: 'closed' }))
    expect(await carriedOut(worker, operation)).toMatchObject({ state: 'failed' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_000n, held: 0n })
  })

  it('takes the commission of a withdrawal with it, so that the mirror is what the platform has', async () => {
    const there = fakeHolder()
    const { worker, coin } = await desk.funded(there)
    const amounts = { amount: 300n, senderAmount: 310n, recipientAmount: 300n }
    await carriedOut(worker, await desk.placed(worker, { coin, kind: 'platform_withdrawal', ...amounts }))
    expect(there.sent.at(-1)).toMatchObject({ amount: '3.10' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 690n, held: 0n })
  })

  it('keeps the commission of a deposit away from the platform', async () => {
    const there = fakeHolder()
    const { worker, coin } = await desk.funded(there)
    const amounts = { amount: 300n, senderAmount: 300n, recipientAmount: 290n }
    await carriedOut(worker, await desk.placed(worker, { coin, ...amounts }))
    expect(there.sent.at(-1)).toMatchObject({ amount: '2.90' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_290n, held: 0n })
  })

  it('moves both mirrors of a trade in one step, each by what the platform says', async () => {
    const there = fakeHolder()
    const { worker, coin, organization, account } = await desk.funded(there)
    const issuer = await addIssuer(desk.book, 'GBP')
    const bought = await addAsset(desk.book, {
      platform: desk.platform,
      account,
      issuer,
      owner: organization,
    })
    const operation = await desk.placed(worker, { coin, counterCoin: bought.coin, kind: 'platform_trade' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_000n, held: 300n })

    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(answer).toMatchObject({ kind: 'confirmed', soldAmount: '300', boughtAmount: '150' })
    await worker.recordOrder({ operation, answer })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 700n, held: 0n })
    expect(await desk.balanceOf(bought.coin)).toEqual({ posted: 150n, held: 0n })
  })

  it('frees the rest of a trade that the platform carried out in part', async () => {
    const there = fakeHolder()
    const { worker, coin, organization, account } = await desk.funded(there)
    const issuer = await addIssuer(desk.book, 'SEK')
    const bought = await addAsset(desk.book, {
      platform: desk.platform,
      account,
      issuer,
      owner: organization,
    })
    const operation = await desk.placed(worker, { coin, counterCoin: bought.coin, kind: 'platform_trade' })
    there.next((order) => {
      there.enter(order, '-2.50', { reference: order.reference })
      return {
        kind: 'confirmed',
        platformReference: 'p',
        at: new Date().toISOString(),
        sold: '2.50',
        bought: '1',
      }
    })
    expect(await carriedOut(worker, operation)).toMatchObject({ state: 'processed' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 750n, held: 0n })
    expect(await desk.balanceOf(bought.coin)).toEqual({ posted: 100n, held: 0n })
  })

  it.each([
    ['without what was bought', {}],
    ['with more sold than was asked', { sold: '3.01', bought: '1.00' }],
    ['with decimals that the currency does not have', { sold: '3.00', bought: '1.005' }],
    ['with nothing bought', { sold: '3.00', bought: '0' }],
  ])('does not book a trade that is confirmed %s', async (_, said) => {
    const there = fakeHolder()
    const { worker, coin, organization, account } = await desk.funded(there)
    const issuer = await addIssuer(desk.book, `X${id('c').slice(-6).toUpperCase()}`)
    const bought = await addAsset(desk.book, {
      platform: desk.platform,
      account,
      issuer,
      owner: organization,
    })
    const operation = await desk.placed(worker, { coin, counterCoin: bought.coin, kind: 'platform_trade' })
    const confirmed = {
      kind: 'confirmed',
      platformReference: 'p',
      at: new Date().toISOString(),
      ...said,
    } as const
    there.next((): OrderOutcome => confirmed)
    expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_000n, held: 300n })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('goes out once for each mark, whoever is asked to send it again', async () => {
    const there = fakeHolder()
    const { coin } = await addAsset(desk.book, { platform: desk.platform, account: 'a-2' })
    const [one, other] = [desk.workerOn(there.holder), desk.workerOn(there.holder)]
    const operation = await desk.placed(one, { coin })
    const send = { operation, send: 1 }
    const answers = await Promise.all([one, other, one, other].map((worker) => worker.sendOrder(send)))
    expect(there.sent).toHaveLength(1)
    expect(answers.filter(({ kind }) => kind === 'unknown')).toHaveLength(3)
    expect(await other.lookUpOrder({ operation })).toMatchObject({ kind: 'confirmed' })
  })

  it('is asked about by its reference where no answer came, and found', async () => {
    const there = fakeHolder()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next((order) => {
      there.carryOut(order)
      return { kind: 'unknown', reason: 'timeout' }
    })
    const unknown = await worker.sendOrder({ operation, send: 1 })
    expect(await worker.recordOrder({ operation, answer: unknown })).toMatchObject({
      state: 'outcome_unknown',
    })
    const answer = await worker.lookUpOrder({ operation })
    expect(await worker.recordOrder({ operation, answer })).toMatchObject({ state: 'processed' })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_300n, held: 0n })
  })

  it('may be sent under the same mark where it certainly was not', async () => {
    const there = fakeHolder()
    const { coin } = await addAsset(desk.book, { platform: desk.platform, account: 'a-wait' })
    const worker = desk.workerOn(there.holder)
    const operation = await desk.placed(worker, { coin })
    there.next(() => ({ kind: 'not_sent', reason: 'busy', retryAfterMs: 5 }))
    expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'not_sent', retryAfterMs: 5 })
    expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'confirmed' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('that may have gone out is unknown, not unsent, where its platform cannot be opened any more', async () => {
    const there = fakeHolder()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next((order) => {
      there.carryOut(order)
      throw new Error('the worker has died')
    })
    await expect(worker.sendOrder({ operation, send: 1 })).rejects.toThrow('the worker has died')
    const shut = desk.workerOn('credentials_unreadable')
    expect(await shut.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('waits, and says nothing of its outcome, while the platform cannot be opened', async () => {
    const { coin } = await addAsset(desk.book, { platform: desk.platform, account: 'a-shut' })
    const worker = desk.workerOn('credentials_unreadable')
    const operation = await desk.placed(worker, { coin })
    expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'not_sent' })
    expect(await worker.lookUpOrder({ operation })).toEqual({ kind: 'unknown' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('is not taken for absent while it may still land', async () => {
    const there = fakeHolder()
    const slow = { ...there.holder, capabilities: { ...there.holder.capabilities, landsWithinMs: HOUR_MS } }
    const { coin } = await addAsset(desk.book, { platform: desk.platform, account: 'a-slow' })
    const worker = desk.workerOn(slow)
    const operation = await desk.placed(worker, { coin })
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    await worker.sendOrder({ operation, send: 1 })
    expect(await worker.lookUpOrder({ operation })).toEqual({ kind: 'unknown' })
    const later = desk.workerOn(slow, { now: () => new Date(Date.now() + 2 * HOUR_MS) })
    expect(await later.lookUpOrder({ operation })).toEqual({ kind: 'absent' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('is not booked twice when the answer is recorded twice, by two workers at once', async () => {
    const there = fakeHolder()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    const answer = await worker.sendOrder({ operation, send: 1 })
    const other = desk.workerOn(there.holder)
    await Promise.all([worker, other, worker].map((one) => one.recordOrder({ operation, answer })))
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_300n, held: 0n })
  })
})
