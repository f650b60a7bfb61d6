import { EventEmitter, once } from 'node:events'
import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { claimPlace, isPlaceBusy, lockPlace } from '#db/platforms/orders.ts'
import { untilWaiting } from '#test/support/waiting.ts'
import { id } from '#test/support/book.ts'
import { fakeHolder } from './fake-holder.ts'
import { HOUR_MS, useOrderDesk, RUN } from './order-desk.ts'

describe('an order at a platform that keeps no reference of ours', () => {
  const desk = useOrderDesk()

  it('is settled by what is new in the history', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal' })
    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(answer).toMatchObject({ kind: 'confirmed', platformReference: 'entry-2' })
    await worker.recordOrder({ operation, answer })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 700n, held: 0n })
  })

  it('is found in the history when its answer was lost', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next((order) => {
      there.carryOut(order)
      return { kind: 'unknown', reason: 'timeout' }
    })
    expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'confirmed' })
  })

  it('does not take an entry that was there before for its own', async () => {
    const there = withoutReferences()
    const { worker, coin, account } = await desk.funded(there)
    there.enter({ account, currency: 'EUR' }, '3.00')
    const operation = await desk.placed(worker, { coin })
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('keeps its place busy for who began to read it before the order ended', async () => {
    const there = withoutReferences()
    const { worker, coin, account } = await desk.funded(there)
    const { book, platform } = desk
    const isBusySince = (since: Date) =>
      inProject(book.db, book.projectId, (trx) =>
        isPlaceBusy(trx, { platformId: platform, account, currency: 'EUR' }, since),
      )
    const operation = await desk.placed(worker, { coin })
    const answer = await worker.sendOrder({ operation, send: 1 })
    const during = new Date()
    await worker.recordOrder({ operation, answer })
    expect(await isBusySince(during)).toBe(true)
    expect(await isBusySince(new Date(Date.now() + 1))).toBe(false)
  })

  it('waits while another order is under way at the same place, and is never sent meanwhile', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const [first, second] = [await desk.placed(worker, { coin }), await desk.placed(worker, { coin })]
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
    const { worker, coin } = await desk.funded(there)
    const all = [
      await desk.placed(worker, { coin }),
      await desk.placed(worker, { coin }),
      await desk.placed(worker, { coin }),
    ]
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    const before = there.sent.length
    const other = desk.workerOn(there.holder)
    const answers = await Promise.all(
      all.map((operation, i) => (i % 2 === 0 ? worker : other).sendOrder({ operation, send: 1 })),
    )
    expect(there.sent).toHaveLength(before + 1)
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['not_sent', 'not_sent', 'unknown'])
    for (const operation of all) await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('goes out once for each mark', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    const before = there.sent.length
    await worker.sendOrder({ operation, send: 1 })
    expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
    expect(there.sent).toHaveLength(before + 1)
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('claims its place against another that is just claiming it', async () => {
    const { worker, coin } = await desk.funded(withoutReferences())
    const [one, other] = [await desk.placed(worker, { coin }), await desk.placed(worker, { coin })]
    const place = { platformId: desk.platform, account: id('acc'), currency: 'EUR' }
    const claim = (trx: Knex, operation: string) =>
      lockPlace(trx, place).then(() =>
        claimPlace(trx, place, { id: operation, projectId: desk.book.projectId }),
      )
    const waits = new EventEmitter()
    const second = inProject(desk.book.owner, desk.book.projectId, async (first) => {
      expect(await claim(first, one)).toBeDefined()
      const later = inProject(desk.book.db, desk.book.projectId, (trx) => claim(trx, other))
      void later.then(() => waits.emit('done'))
      await Promise.race([once(waits, 'done'), untilWaiting(first)])
      return { later }
    })
    expect(await (await second).later).toBeUndefined()
    for (const operation of [one, other]) await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('goes to a person where the history shows two that it could be', async () => {
    const there = withoutReferences()
    const { worker, coin, account } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next((order) => {
      there.carryOut(order)
      there.enter({ account, currency: 'EUR' }, '3.00')
      return { kind: 'unknown', reason: 'timeout' }
    })
    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(answer).toEqual({ kind: 'ambiguous' })
    expect(await worker.recordOrder({ operation, answer })).toMatchObject({ state: 'awaiting_reference' })
    const ticket = await desk.book.issueTicket(operation, await desk.book.addPerson('accountant'), {
      verb: 'confirm_payout',
      detail: { bankReference: 'entry-2' },
    })
    const kind = 'platform_deposit'
    await worker.decideOperation({ operation, kind, verb: 'confirm_payout', ticket, runId: RUN.runId })
    expect(await desk.balanceOf(coin)).toEqual({ posted: 1_300n, held: 0n })
  })

  it('goes to a person where the history does not show it in a quarter of an hour', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    await worker.sendOrder({ operation, send: 1 })
    expect(await worker.lookUpOrder({ operation })).toEqual({ kind: 'unknown' })
    const later = desk.workerOn(there.holder, { now: () => new Date(Date.now() + HOUR_MS) })
    expect(await later.lookUpOrder({ operation })).toEqual({ kind: 'ambiguous' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  /** The place has been claimed for so long already. */
  const claimedEarlier = (operation: string) =>
    inProject(desk.book.owner, desk.book.projectId, (trx) =>
      trx('platform_orders')
        .where({ operation_id: operation })
        .update({ opened_at: new Date(Date.now() - HOUR_MS) }),
    )

  it('has a quarter of an hour from when it went out, however long it could not be sent', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next(restsFirst)
    expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'not_sent' })
    await claimedEarlier(operation)
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    expect(await worker.sendOrder({ operation, send: 2 })).toEqual({ kind: 'unknown' })
    const later = desk.workerOn(there.holder, { now: () => new Date(Date.now() + HOUR_MS) })
    expect(await later.lookUpOrder({ operation })).toEqual({ kind: 'ambiguous' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('is known not to be there while it could not be sent', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next(restsFirst)
    await worker.sendOrder({ operation, send: 1 })
    expect(await worker.lookUpOrder({ operation })).toEqual({ kind: 'absent' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('does not take for its own what came while it could not be sent', async () => {
    const there = withoutReferences()
    const { worker, coin, account } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next(restsFirst)
    await worker.sendOrder({ operation, send: 1 })
    there.enter({ account, currency: 'EUR' }, '3.00')
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    expect(await worker.sendOrder({ operation, send: 2 })).toEqual({ kind: 'unknown' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it.each([1, 2])('that may have gone out is found, and send %i does not go out besides', async (send) => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    there.next((order) => {
      there.carryOut(order)
      throw new Error('the worker has died')
    })
    await expect(worker.sendOrder({ operation, send: 1 })).rejects.toThrow('the worker has died')
    const before = there.sent.length
    expect(await worker.sendOrder({ operation, send })).toEqual({ kind: 'unknown' })
    expect(there.sent).toHaveLength(before)
    expect(await worker.lookUpOrder({ operation })).toMatchObject({ kind: 'confirmed' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('is not sent while the history cannot be read', async () => {
    const there = withoutReferences()
    const { worker, coin } = await desk.funded(there)
    const operation = await desk.placed(worker, { coin })
    const before = there.sent.length
    there.goAway()
    expect(await worker.sendOrder({ operation, send: 1 })).toMatchObject({ kind: 'not_sent' })
    expect(there.sent).toHaveLength(before)
    there.comeBack()
    expect(await worker.sendOrder({ operation, send: 2 })).toMatchObject({ kind: 'confirmed' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })
})

const restsFirst = () => ({ kind: 'not_sent', reason: 'platform_rests', retryAfterMs: 1 }) as const
const withoutReferences = () => fakeHolder({ keepsReferences: false })
