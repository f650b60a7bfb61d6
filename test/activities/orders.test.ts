import { createBookActivities, createPlatformActivities } from '#activities/index.ts'
import { connect, inProject } from '#db/connection.ts'
import { recordIntent, type Intent } from '#db/intents.ts'
import type { HoldingPlatform, OrderOutcome } from '#domain/holding-platform.ts'
import type { OrderKind } from '#domain/operation.ts'
import { NOTHING_PINNED } from '#domain/pinned-rules.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { expectSoundBook, id, openTestBook, type TestBook } from '#test/support/book.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { addAsset, addIssuer, addPlatform } from '#test/support/platform-book.ts'
import { fakeHolder } from './fake-holder.ts'

const RUN = { workflowId: 'test', runId: 'run-1' }
const HOUR_MS = 3_600_000

type Activities = ReturnType<typeof createBookActivities> & ReturnType<typeof createPlatformActivities>

async function carriedOut(worker: Activities, operation: string) {
  const answer = await worker.sendOrder({ operation, send: 1 })
  return worker.recordOrder({ operation, answer })
}

const withoutReferences = () => fakeHolder({ keepsReferences: false })

describe('an order at a platform that keeps balances', () => {
  let database: TestDatabase
  let book: TestBook
  let platform: string
  const closing: (() => Promise<void>)[] = []

  beforeAll(async () => {
    database = await createDatabase()
    book = await openTestBook(database)
    platform = await addPlatform(book)
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
    await expectSoundBook(book)
  })
  afterAll(async () => {
    await book.close()
    await database.drop()
  })

  /** A worker process: connections and a ledger of its own. */
  function workerOn(holder: HoldingPlatform, now = () => new Date()): Activities {
    const db = connect(database.url, 4)
    closing.push(() => db.destroy())
    const deps = activityDeps(db, {
      holders: { open: () => Promise.resolve({ ...holder, label: 'fake' }) },
      now,
    })
    return { ...createBookActivities(deps), ...createPlatformActivities(deps) }
  }

  const balanceOf = async (coin: string) => (await book.balances()).get(coin)

  /** Registered, and on its way to the platform. */
  async function placed(
    worker: Activities,
    { kind = 'platform_deposit', ...more }: Partial<Intent> & { coin: string; kind?: OrderKind },
  ): Promise<string> {
    const operation = id('op')
    const amount = more.amount ?? 300n
    await recordIntent(book.db, book.projectId, {
      id: operation,
      kind,
      needsDecision: false,
      issuer: book.issuerId,
      organization: await book.organizationOf(more.coin),
      senderAmount: amount,
      recipientAmount: amount,
      rules: NOTHING_PINNED,
      platform,
      askedBy: book.asker,
      ...more,
      amount,
    })
    await worker.registerOperation({ ...RUN, operation, kind })
    if (kind === 'platform_withdrawal') {
      const ticket = await book.issueTicket(operation, await book.addPerson('accountant'), 'accept')
      await worker.decideOperation({ operation, kind, verb: 'accept', ticket, runId: RUN.runId })
    }
    return operation
  }

  /** An account there, and an asset here that mirrors it, with something on both. */
  async function funded(there: ReturnType<typeof fakeHolder>, account: string = id('acc')) {
    const { coin, organization } = await addAsset(book, { platform, account })
    const worker = workerOn(there.holder)
    await carriedOut(worker, await placed(worker, { coin, amount: 1_000n }))
    return { worker, coin, organization, account }
  }

  it('moves the mirror when the platform confirms, and not before', async () => {
    const there = fakeHolder()
    const { coin } = await addAsset(book, { platform, account: 'a-1' })
    const worker = workerOn(there.holder)
    const operation = await placed(worker, { coin })
    expect(await worker.readStanding({ operation })).toMatchObject({ state: 'at_platform' })
    expect(await balanceOf(coin)).toEqual({ posted: 0n, held: 0n })

    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(await balanceOf(coin)).toEqual({ posted: 0n, held: 0n })
    expect(there.sent).toEqual([
      { reference: operation, type: 'deposit', account: 'a-1', currency: 'EUR', amount: '3.00' },
    ])

    expect(await worker.recordOrder({ operation, answer })).toMatchObject({ state: 'processed' })
    expect(await balanceOf(coin)).toEqual({ posted: 300n, held: 0n })
  })

  it('shows what the platform said the balance is, and when', async () => {
    const { coin } = await funded(fakeHolder())
    const row: unknown = await inProject(book.owner, book.projectId, (trx) =>
      trx('coins').where({ id: coin }).first('platform_balance', 'platform_balance_at'),
    )
    expect(row).toEqual({ platform_balance: '1000', platform_balance_at: expect.any(Date) })
  })

  it('holds what is withdrawn until the platform confirms', async () => {
    const { worker, coin } = await funded(fakeHolder())
    const operation = await placed(worker, { coin, kind: 'platform_withdrawal' })
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 300n })
    expect(await carriedOut(worker, operation)).toMatchObject({ state: 'processed' })
    expect(await balanceOf(coin)).toEqual({ posted: 700n, held: 0n })
  })

  it('frees what is held where the platform refuses', async () => {
    const there = fakeHolder()
    const { worker, coin } = await funded(there)
    const operation = await placed(worker, { coin, kind: 'platform_withdrawal' })
    there.next(() => ({ kind: 'refused', reason: 'closed' }))
    expect(await carriedOut(worker, operation)).toMatchObject({ state: 'failed' })
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 0n })
  })

  it('takes the commission of a withdrawal with it, so that the mirror is what the platform has', async () => {
    const there = fakeHolder()
    const { worker, coin } = await funded(there)
    const amounts = { amount: 300n, senderAmount: 310n, recipientAmount: 300n }
    await carriedOut(worker, await placed(worker, { coin, kind: 'platform_withdrawal', ...amounts }))
    expect(there.sent.at(-1)).toMatchObject({ amount: '3.10' })
    expect(await balanceOf(coin)).toEqual({ posted: 690n, held: 0n })
  })

  it('keeps the commission of a deposit away from the platform', async () => {
    const there = fakeHolder()
    const { worker, coin } = await funded(there)
    const amounts = { amount: 300n, senderAmount: 300n, recipientAmount: 290n }
    await carriedOut(worker, await placed(worker, { coin, ...amounts }))
    expect(there.sent.at(-1)).toMatchObject({ amount: '2.90' })
    expect(await balanceOf(coin)).toEqual({ posted: 1_290n, held: 0n })
  })

  it('moves both mirrors of a trade in one step, each by what the platform says', async () => {
    const there = fakeHolder()
    const { worker, coin, organization, account } = await funded(there)
    const issuer = await addIssuer(book, 'GBP')
    const bought = await addAsset(book, { platform, account, issuer, owner: organization })
    const operation = await placed(worker, { coin, counterCoin: bought.coin, kind: 'platform_trade' })
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 300n })

    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(answer).toMatchObject({ kind: 'confirmed', soldAmount: '300', boughtAmount: '150' })
    await worker.recordOrder({ operation, answer })
    expect(await balanceOf(coin)).toEqual({ posted: 700n, held: 0n })
    expect(await balanceOf(bought.coin)).toEqual({ posted: 150n, held: 0n })
  })

  it('frees the rest of a trade that the platform carried out in part', async () => {
    const there = fakeHolder()
    const { worker, coin, organization, account } = await funded(there)
    const issuer = await addIssuer(book, 'SEK')
    const bought = await addAsset(book, { platform, account, issuer, owner: organization })
    const operation = await placed(worker, { coin, counterCoin: bought.coin, kind: 'platform_trade' })
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
    expect(await balanceOf(coin)).toEqual({ posted: 750n, held: 0n })
    expect(await balanceOf(bought.coin)).toEqual({ posted: 100n, held: 0n })
  })

  it.each([
    ['without what was bought', {}],
    ['with more sold than was asked', { sold: '3.01', bought: '1.00' }],
    ['with decimals that the currency does not have', { sold: '3.00', bought: '1.005' }],
    ['with nothing bought', { sold: '3.00', bought: '0' }],
  ])('does not book a trade that is confirmed %s', async (_, said) => {
    const there = fakeHolder()
    const { worker, coin, organization, account } = await funded(there)
    const issuer = await addIssuer(book, `X${id('c').slice(-6).toUpperCase()}`)
    const bought = await addAsset(book, { platform, account, issuer, owner: organization })
    const operation = await placed(worker, { coin, counterCoin: bought.coin, kind: 'platform_trade' })
    const confirmed = {
      kind: 'confirmed',
      platformReference: 'p',
      at: new Date().toISOString(),
      ...said,
    } as const
    there.next((): OrderOutcome => confirmed)
    expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
    expect(await balanceOf(coin)).toEqual({ posted: 1_000n, held: 300n })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('goes out once for each mark, whoever is asked to send it again', async () => {
    const there = fakeHolder()
    const { coin } = await addAsset(book, { platform, account: 'a-2' })
    const [one, other] = [workerOn(there.holder), workerOn(there.holder)]
    const operation = await placed(one, { coin })
    const send = { operation, send: 1 }
    const answers = await Promise.all([one, other, one, other].map((worker) => worker.sendOrder(send)))
    expect(there.sent).toHaveLength(1)
    expect(answers.filter(({ kind }) => kind === 'unknown')).toHaveLength(3)
    expect(await other.lookUpOrder({ operation })).toMatchObject({ kind: 'confirmed' })
  })

  it('is asked about by its reference where no answer came, and found', async () => {
    const there = fakeHolder()
    const { worker, coin } = await funded(there)
    const operation = await placed(worker, { coin })
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
    expect(await balanceOf(coin)).toEqual({ posted: 1_300n, held: 0n })
  })

  it('is not taken for absent while it may still land', async () => {
    const there = fakeHolder()
    const slow = { ...there.holder, capabilities: { ...there.holder.capabilities, landsWithinMs: HOUR_MS } }
    const { coin } = await addAsset(book, { platform, account: 'a-slow' })
    const worker = workerOn(slow)
    const operation = await placed(worker, { coin })
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    await worker.sendOrder({ operation, send: 1 })
    expect(await worker.lookUpOrder({ operation })).toEqual({ kind: 'unknown' })
    const later = workerOn(slow, () => new Date(Date.now() + 2 * HOUR_MS))
    expect(await later.lookUpOrder({ operation })).toEqual({ kind: 'absent' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('is not booked twice when the answer is recorded twice, by two workers at once', async () => {
    const there = fakeHolder()
    const { worker, coin } = await funded(there)
    const operation = await placed(worker, { coin })
    const answer = await worker.sendOrder({ operation, send: 1 })
    const other = workerOn(there.holder)
    await Promise.all([worker, other, worker].map((one) => one.recordOrder({ operation, answer })))
    expect(await balanceOf(coin)).toEqual({ posted: 1_300n, held: 0n })
  })

  describe('without a look-up by reference', () => {
    it('is settled by what is new in the history', async () => {
      const there = withoutReferences()
      const { worker, coin } = await funded(there)
      const operation = await placed(worker, { coin, kind: 'platform_withdrawal' })
      const answer = await worker.sendOrder({ operation, send: 1 })
      expect(answer).toMatchObject({ kind: 'confirmed', platformReference: 'entry-2' })
      await worker.recordOrder({ operation, answer })
      expect(await balanceOf(coin)).toEqual({ posted: 700n, held: 0n })
    })

    it('is found in the history when its answer was lost', async () => {
      const there = withoutReferences()
      const { worker, coin } = await funded(there)
      const operation = await placed(worker, { coin })
      there.next((order) => {
        there.carryOut(order)
        return { kind: 'unknown', reason: 'timeout' }
      })
      expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'confirmed' })
    })

    it('does not take an entry that was there before for its own', async () => {
      const there = withoutReferences()
      const { worker, coin, account } = await funded(there)
      there.enter({ account, currency: 'EUR' }, '3.00')
      const operation = await placed(worker, { coin })
      there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
      expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
      await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    })

    it('waits while another order is under way at the same place, and is never sent meanwhile', async () => {
      const there = withoutReferences()
      const { worker, coin } = await funded(there)
      const [first, second] = [await placed(worker, { coin }), await placed(worker, { coin })]
      there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
      await worker.sendOrder({ operation: first, send: 1 })
      const sentBefore = there.sent.length
      expect(await worker.sendOrder({ operation: second, send: 1 })).toMatchObject({ kind: 'not_sent' })
      expect(there.sent).toHaveLength(sentBefore)
      await worker.recordOrder({ operation: first, answer: { kind: 'refused' } })
      expect(await worker.sendOrder({ operation: second, send: 2 })).toMatchObject({ kind: 'confirmed' })
      await worker.recordOrder({ operation: second, answer: { kind: 'refused' } })
    })

    it('lets one of many that are sent at once go first', async () => {
      const there = withoutReferences()
      const { worker, coin } = await funded(there)
      const all = [
        await placed(worker, { coin }),
        await placed(worker, { coin }),
        await placed(worker, { coin }),
      ]
      there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
      const before = there.sent.length
      const other = workerOn(there.holder)
      const answers = await Promise.all(
        all.map((operation, i) => (i % 2 === 0 ? worker : other).sendOrder({ operation, send: 1 })),
      )
      expect(there.sent).toHaveLength(before + 1)
      expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['not_sent', 'not_sent', 'unknown'])
      for (const operation of all) await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    })

    it('goes to a person where the history shows two that it could be', async () => {
      const there = withoutReferences()
      const { worker, coin, account } = await funded(there)
      const operation = await placed(worker, { coin })
      there.next((order) => {
        there.carryOut(order)
        there.enter({ account, currency: 'EUR' }, '3.00')
        return { kind: 'unknown', reason: 'timeout' }
      })
      const answer = await worker.sendOrder({ operation, send: 1 })
      expect(answer).toEqual({ kind: 'ambiguous' })
      expect(await worker.recordOrder({ operation, answer })).toMatchObject({ state: 'awaiting_reference' })
      const ticket = await book.issueTicket(operation, await book.addPerson('accountant'), {
        verb: 'confirm_payout',
        detail: { bankReference: 'entry-2' },
      })
      const kind = 'platform_deposit'
      await worker.decideOperation({ operation, kind, verb: 'confirm_payout', ticket, runId: RUN.runId })
      expect(await balanceOf(coin)).toEqual({ posted: 1_300n, held: 0n })
    })

    it('goes to a person where the history does not show it in a quarter of an hour', async () => {
      const there = withoutReferences()
      const { worker, coin } = await funded(there)
      const operation = await placed(worker, { coin })
      there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
      await worker.sendOrder({ operation, send: 1 })
      expect(await worker.lookUpOrder({ operation })).toEqual({ kind: 'unknown' })
      const later = workerOn(there.holder, () => new Date(Date.now() + HOUR_MS))
      expect(await later.lookUpOrder({ operation })).toEqual({ kind: 'ambiguous' })
      await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    })

    it('is not sent while the history cannot be read', async () => {
      const there = withoutReferences()
      const { worker, coin } = await funded(there)
      const operation = await placed(worker, { coin })
      const before = there.sent.length
      there.goAway()
      expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'not_sent' })
      expect(there.sent).toHaveLength(before)
      there.comeBack()
      expect(await worker.sendOrder({ operation, send: 2 })).toMatchObject({ kind: 'confirmed' })
      await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    })
  })
})
