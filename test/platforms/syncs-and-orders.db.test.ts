import { createPlatformActivities } from '#activities/index.ts'
import { inProject } from '#db/connection.ts'
import type { StepAnswer } from '#ledger/apply-steps.ts'
import { createLedger } from '#ledger/ledger.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { id } from '#test/support/book.ts'
import { addAsset } from '#test/support/platform-book.ts'
import { fakeHolder } from './fake-holder.ts'
import { carriedOut, HOUR_MS, useOrderDesk, RUN, type Activities } from './order-desk.ts'

describe('the sync of an asset while orders of ours are under way', () => {
  const desk = useOrderDesk()

  it('books what a hold was in the way of when the hold is gone, however long that took', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 800n })
    const entry = there.enter(place, '-5.00')
    expect(await sync()).toBe('busy')
    const notBooked = { kind: 'entry_not_booked', ours: '2.00 EUR available', theirs: '-5.00 EUR' }
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toEqual([{ ...notBooked, state: 'open' }])
    const inDays = (days: number) =>
      desk.workerOn(there.holder, { now: () => new Date(Date.now() + days * 24 * HOUR_MS) })
    expect(await sync(inDays(2))).toBe('busy')
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    expect(await sync(inDays(4))).toBe('agrees')
    expect(await desk.balanceOf(coin)).toEqual({ posted: 500n, held: 0n })
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toEqual([{ ...notBooked, state: 'vanished' }])
  })

  it('books what a hold came in the way of in the same moment when the hold is gone', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const entry = there.enter(place, '-5.00')
    let operation = ''
    const racing = workerWith(there, async (apply) => {
      operation ||= await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 800n })
      return apply()
    })
    expect(await sync(racing)).toBe('busy')
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toMatchObject([{ ours: 'exceeds_available_balance' }])
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    expect(await sync()).toBe('agrees')
    expect(await sync()).toBe('agrees')
    expect(await desk.balanceOf(coin)).toEqual({ posted: 500n, held: 0n })
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toMatchObject([{ state: 'vanished' }])
  })

  it('knows what it had booked when it was killed, though there would not be enough for it again', async () => {
    const { there, coin, place, sync } = await funded()
    const entry = there.enter(place, '-8.00')
    const killed = workerWith(there, async (apply) => {
      await apply()
      throw new Error('killed')
    })
    await expect(sync(killed)).rejects.toThrow('killed')
    expect(await sync()).toBe('agrees')
    expect(await desk.balanceOf(coin)).toEqual({ posted: 200n, held: 0n })
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toEqual([])
  })

  it('does not book once more what a person has named as the entry of an order', async () => {
    const there = fakeHolder({ keepsReferences: false })
    const { worker, coin, account } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 300n })
    const named: string[] = []
    there.next(() => {
      for (const _ of ['which', 'of them'])
        named.push(there.enter({ account, currency: 'EUR' }, '-3.00').entryId)
      return { kind: 'unknown', reason: 'timeout' }
    })
    expect(await carriedOut(worker, operation)).toMatchObject({ state: 'awaiting_reference' })
    const verb = 'confirm_payout'
    const [bankReference] = named
    const ticket = await desk.book.issueTicket(operation, await desk.book.addPerson('accountant'), {
      verb,
      detail: { bankReference },
    })
    await worker.decideOperation({ ...RUN, operation, kind: 'platform_withdrawal', verb, ticket })
    expect(await worker.syncAsset({ platform: desk.platform, asset: coin })).toBe('agrees')
    expect(await desk.balanceOf(coin)).toEqual({ posted: 400n, held: 0n })
    expect(await keptOf(operation)).toEqual(['-300'])
  })

  it('books a debit of before the link as soon as there is enough for it', async () => {
    const there = fakeHolder()
    const place = { account: id('acc'), currency: 'EUR' }
    const { coin } = await addAsset(desk.book, { platform: desk.platform, account: place.account })
    const worker = desk.workerOn(there.holder)
    there.enter(place, '-5.00', { at: '2020-01-01T00:00:00.000Z' })
    there.enter(place, '8.00')
    expect(await worker.syncAsset({ platform: desk.platform, asset: coin })).toBe('differs')
    expect(await worker.syncAsset({ platform: desk.platform, asset: coin })).toBe('agrees')
    expect(await desk.balanceOf(coin)).toEqual({ posted: 300n, held: 0n })
  })

  it('compares the sum of the entries of one order with what it moves', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 600n })
    there.next((order) => {
      for (const part of ['-1.00', '-2.00', '-3.00']) there.enter(place, part, { reference: order.reference })
      return { kind: 'confirmed', platformReference: 'order-1', at: new Date().toISOString() }
    })
    await carriedOut(worker, operation)
    expect(await sync()).toBe('agrees')
    expect(await sync()).toBe('agrees')
    expect(await breaksOf(operation)).toEqual([])
    expect(await keptOf(operation)).toEqual(['-300', '-200', '-100'])
  })

  it('says nothing of a part while the order is under way, and counts it when the rest has come', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 300n })
    there.next(() => ({ kind: 'pending' }))
    await carriedOut(worker, operation)
    there.enter(place, '-1.00', { reference: operation })
    expect(await sync()).toBe('busy')
    there.enter(place, '-2.00', { reference: operation })
    const at = new Date().toISOString()
    await worker.recordOrder({ operation, answer: { kind: 'confirmed', platformReference: 'order-2', at } })
    expect(await sync()).toBe('agrees')
    expect(await breaksOf(operation)).toEqual([])
    expect(await keptOf(operation)).toEqual(['-200', '-100'])
  })

  it('says nothing of a part that it had read before the order was done', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 300n })
    there.next(() => ({ kind: 'pending' }))
    await carriedOut(worker, operation)
    there.enter(place, '-1.00', { reference: operation })
    const { holder } = there
    const late = desk.workerOn({
      ...holder,
      entries: async (asked) => {
        const listed = await holder.entries(asked)
        there.enter(place, '-2.00', { reference: operation })
        const at = new Date().toISOString()
        await worker.recordOrder({
          operation,
          answer: { kind: 'confirmed', platformReference: 'order-3', at },
        })
        return listed
      },
    })
    expect(await sync(late)).toBe('busy')
    expect(await breaksOf(operation)).toEqual([])
    expect(await sync()).toBe('agrees')
    expect(await breaksOf(operation)).toEqual([])
  })

  it('puts a sum that is another one before people, until the rest of it has come, though that takes days', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 300n })
    there.next((order) => {
      there.enter(place, '-1.00', { reference: order.reference })
      return { kind: 'confirmed', platformReference: 'order-4', at: new Date().toISOString() }
    })
    await carriedOut(worker, operation)
    expect(await sync()).toBe('differs')
    expect(await sync()).toBe('differs')
    const other = { kind: 'other_amount', ours: '-3.00 EUR', theirs: '-1.00 EUR' }
    expect(await breaksOf(operation)).toEqual([{ ...other, state: 'open' }])
    const later = new Date(Date.now() + 48 * HOUR_MS)
    there.enter(place, '-2.00', { reference: operation, at: later.toISOString() })
    expect(await sync(desk.workerOn(there.holder, { now: () => later }))).toBe('agrees')
    expect(await breaksOf(operation)).toEqual([{ ...other, state: 'vanished' }])
    expect(await keptOf(operation)).toEqual(['-200', '-100'])
  })

  async function funded() {
    const there = fakeHolder()
    const { worker, coin, account } = await desk.funded(there)
    const sync = (by: Pick<Activities, 'syncAsset'> = worker) =>
      by.syncAsset({ platform: desk.platform, asset: coin })
    expect(await sync()).toBe('agrees')
    return { there, worker, coin, place: { account, currency: 'EUR' }, sync }
  }

  /** Something happens around each of its steps. */
  function workerWith(
    { holder }: ReturnType<typeof fakeHolder>,
    around: (apply: () => Promise<StepAnswer>) => Promise<StepAnswer>,
  ) {
    const { db } = desk.book
    const ledger = createLedger(db)
    return createPlatformActivities(
      activityDeps(db, {
        holders: { open: () => Promise.resolve({ ...holder, label: 'fake', version: 1 }) },
        ledger: { apply: (...step) => around(() => ledger.apply(...step)) },
      }),
    )
  }

  function breaksOf(subject: string) {
    return inProject(
      desk.book.owner,
      desk.book.projectId,
      async (trx): Promise<{ kind: string; state: string; ours: string; theirs: string }[]> =>
        trx('breaks')
          .whereLike('subject', `${subject}%`)
          .orderBy('first_seen')
          .select('kind', 'state', 'ours', 'theirs'),
    )
  }

  /** The amounts of the entries that belong to it. */
  function keptOf(operation: string) {
    return inProject(desk.book.owner, desk.book.projectId, async (trx): Promise<string[]> =>
      trx('platform_entries').where({ operation_id: operation }).orderBy('amount').pluck('amount'),
    )
  }
})
