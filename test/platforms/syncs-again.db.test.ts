import { inProject } from '#db/connection.ts'
import { id } from '#test/support/book.ts'
import { addAsset } from '#test/support/platform-book.ts'
import { fakeHolder } from './fake-holder.ts'
import { carriedOut, HOUR_MS, useOrderDesk } from './order-desk.ts'

describe('the sync of an asset at a place where one was kept before', () => {
  const desk = useOrderDesk()

  it('does not take what the one before has booked for a part of what was there before', async () => {
    const { there, place, link, sync, close, age } = openPlace()
    const first = await link()
    await age(first)
    there.enter(place, '5.00', { at: new Date(Date.now() - 2 * HOUR_MS).toISOString() })
    there.enter(place, '-5.00')
    expect(await sync(first)).toBe('agrees')
    await close(first)
    const second = await link()
    expect(await sync(second)).toBe('agrees')
    expect(await operationsOf(second)).toEqual([])
  })

  it('takes over what is there, though the one before had taken over something, too', async () => {
    const { there, place, link, sync, close } = openPlace()
    const first = await link()
    there.enter(place, '5.00', { at: LONG_AGO })
    there.enter(place, '-5.00')
    expect(await sync(first)).toBe('agrees')
    await close(first)
    there.enter(place, '7.00', { at: LONG_AGO })
    const second = await link()
    expect(await sync(second)).toBe('agrees')
    expect(await operationsOf(second)).toEqual([{ kind: 'platform_credit', amount: '700' }])
    expect(await sync(second)).toBe('agrees')
    expect(await operationsOf(second)).toHaveLength(1)
  })

  it('leaves to the next one what comes after it was closed', async () => {
    const { there, place, link, sync, close } = openPlace()
    const first = await link()
    expect(await sync(first)).toBe('agrees')
    await close(first)
    const second = await link()
    there.enter(place, '5.00')
    expect(await sync(first)).toBeNull()
    expect(await operationsOf(first)).toEqual([])
    expect(await sync(second)).toBe('agrees')
    expect(await operationsOf(second)).toEqual([{ kind: 'platform_credit', amount: '500' }])
  })

  it('books nothing more on one that is closed before a step, and leaves it to the next one', async () => {
    const { there, place, link, sync, close } = openPlace()
    const [first, { platform }] = [await link(), desk]
    there.enter(place, '5.00')
    const worker = desk.workerOn(there.holder, { beforeStep: async () => void (await close(first)) })
    expect(await worker.syncAsset({ platform, asset: first })).toBeNull()
    expect((await desk.balanceOf(first))?.posted).toBe(0n)
    expect(await breaksAbout(first)).toEqual([])
    const second = await link()
    expect(await sync(second)).toBe('agrees')
    expect((await desk.balanceOf(second))?.posted).toBe(500n)
  })

  /** A worker on whose nth look at the balance the asset is closed; it hears of this much there. */
  function closingAt(
    look: number,
    { there, close }: Pick<ReturnType<typeof openPlace>, 'there' | 'close'>,
    { coin, heard }: { coin: string; heard: string },
  ) {
    let looks = 0
    const balance: typeof there.holder.balance = async () => {
      looks += 1
      if (looks === look) await close(coin)
      return { kind: 'known', balance: heard }
    }
    return desk.workerOn({ ...there.holder, balance })
  }

  it('finds no debit too large on one that is closed while it reads', async () => {
    const { there, place, link, close } = openPlace()
    const coin = await link()
    there.enter(place, '-5.00')
    const worker = closingAt(1, { there, close }, { coin, heard: '-5.00' })
    expect(await worker.syncAsset({ platform: desk.platform, asset: coin })).toBeNull()
    expect(await breaksAbout(coin)).toEqual([])
  })

  it('finds no other balance on one that is closed while it compares', async () => {
    const { there, link, sync, close } = openPlace()
    const coin = await link()
    expect(await sync(coin)).toBe('agrees')
    const worker = closingAt(2, { there, close }, { coin, heard: '7.00' })
    expect(await worker.syncAsset({ platform: desk.platform, asset: coin })).toBeNull()
    expect(await breaksAbout(coin)).toEqual([])
  })

  it('books nothing for orders of the one before whose entries no sync had seen', async () => {
    const { worker, link, sync, close } = openPlace()
    const first = await link()
    for (const kind of ['platform_deposit', 'platform_withdrawal'] as const)
      await carriedOut(worker, await desk.placed(worker, { coin: first, kind, amount: 500n }))
    await close(first)
    const second = await link()
    expect(await sync(second)).toBe('agrees')
    expect(await operationsOf(second)).toEqual([])
  })

  /** A place there, and assets that are linked to it one after the other. */
  function openPlace() {
    const there = fakeHolder()
    const account = id('acc')
    const worker = desk.workerOn(there.holder)
    const { book, platform } = desk
    const run = (statement: string, values: readonly string[]) =>
      inProject(book.owner, book.projectId, (trx) => trx.raw(statement, [...values]))
    return {
      there,
      worker,
      place: { account, currency: 'EUR' },
      link: async () => (await addAsset(book, { platform, account })).coin,
      sync: (coin: string) => worker.syncAsset({ platform, asset: coin }),
      close: (coin: string) => run('select close_account(?, ?)', [book.projectId, coin]),
      /** As though it had been linked three hours ago. */
      age: (coin: string) =>
        run("update coins set created_at = created_at - interval '3 hours' where id = ?", [coin]),
    }
  }

  function operationsOf(coin: string) {
    return inProject(
      desk.book.owner,
      desk.book.projectId,
      async (trx): Promise<{ kind: string; amount: string }[]> =>
        trx('operations').where({ coin_id: coin }).orderBy('created_at').select('kind', 'amount'),
    )
  }

  function breaksAbout(coin: string) {
    return inProject(desk.book.owner, desk.book.projectId, async (trx): Promise<string[]> =>
      trx('breaks').where('subject', 'like', `${coin}%`).pluck('kind'),
    )
  }
})

const LONG_AGO = '2020-01-01T00:00:00.000Z'
