import { inProject } from '#db/connection.ts'
import { id } from '#test/support/book.ts'
import { addAsset } from '#test/support/platform-book.ts'
import { fakeHolder } from './fake-holder.ts'
import { HOUR_MS, openOrderDesk, type OrderDesk } from './order-desk.ts'

describe('the sync of an asset while orders of ours are under way', () => {
  let desk: OrderDesk
  beforeAll(async () => {
    desk = await openOrderDesk()
  })
  afterEach(() => desk.settle())
  afterAll(() => desk.close())

  async function funded() {
    const there = fakeHolder()
    const { worker, coin, account } = await desk.funded(there)
    const sync = (by = worker) => by.syncAsset({ platform: desk.platform, asset: coin })
    expect(await sync()).toBe('agrees')
    return { there, worker, coin, place: { account, currency: 'EUR' }, sync }
  }

  const breaksOf = (subject: string) =>
    inProject(
      desk.book.owner,
      desk.book.projectId,
      async (trx): Promise<{ kind: string; state: string; ours: string; theirs: string }[]> =>
        trx('breaks')
          .whereLike('subject', `${subject}%`)
          .orderBy('first_seen')
          .select('kind', 'state', 'ours', 'theirs'),
    )

  it('books what a hold was in the way of when the hold is gone, however long that took', async () => {
    const { there, worker, coin, place, sync } = await funded()
    const operation = await desk.placed(worker, { coin, kind: 'platform_withdrawal', amount: 800n })
    const entry = there.enter(place, '-5.00')
    expect(await sync()).toBe('busy')
    const notBooked = { kind: 'entry_not_booked', ours: '2.00 EUR available', theirs: '-5.00 EUR' }
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toEqual([{ ...notBooked, state: 'open' }])
    const days = (days: number) =>
      desk.workerOn(there.holder, () => new Date(Date.now() + days * 24 * HOUR_MS))
    expect(await sync(days(2))).toBe('busy')
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    expect(await sync(days(4))).toBe('agrees')
    expect(await desk.balanceOf(coin)).toEqual({ posted: 500n, held: 0n })
    expect(await breaksOf(`${coin} ${entry.entryId}`)).toEqual([{ ...notBooked, state: 'vanished' }])
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
})
