import { createPlatformActivities } from '#activities/index.ts'
import { inProject } from '#db/connection.ts'
import type { HoldingPlatform } from '#domain/platforms/holding-platform.ts'
import { connect } from '#test/support/connect.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { id } from '#test/support/book.ts'
import { addAsset, addPlatform } from '#test/support/platform-book.ts'
import { useBook } from '#test/support/use-book.ts'
import { fakeHolder } from './fake-holder.ts'
import { HOUR_MS } from './order-desk.ts'

describe('the sync of an asset with the platform that keeps it', () => {
  const book = useBook()
  let platform: string
  const atEnd = cleanup()

  beforeAll(async () => {
    platform = await addPlatform(book)
  })

  it('books what the platform did by itself, each once, and then agrees', async () => {
    const { there, coin, place, sync } = await linked()
    there.enter(place, '5.00')
    there.enter(place, '-1.25')
    expect(await sync()).toBe('agrees')
    expect(await postedOf(coin)).toBe(375n)
    expect(await sync()).toBe('agrees')
    expect(await operationsOf(coin)).toEqual([
      { kind: 'platform_credit', amount: '500' },
      { kind: 'platform_debit', amount: '125' },
    ])
    there.enter(place, '0.50')
    expect(await sync()).toBe('agrees')
    expect(await postedOf(coin)).toBe(425n)
  })

  it('books each once though two workers sync at the same moment', async () => {
    const { there, coin, place, sync } = await linked()
    for (const amount of ['5.00', '7.00', '-2.00']) there.enter(place, amount)
    const other = workerOn(there.holder)
    await Promise.all([sync(), sync(other), sync(), sync(other)])
    expect(await sync()).toBe('agrees')
    expect(await operationsOf(coin)).toHaveLength(3)
    expect(await postedOf(coin)).toBe(1_000n)
  })

  it('takes over what the platform had before the asset was linked', async () => {
    const { there, coin, place, sync } = await linked()
    there.enter(place, '90.00', { at: '2020-01-01T00:00:00.000Z' })
    there.enter(place, '5.00')
    expect(await sync()).toBe('agrees')
    expect(await operationsOf(coin)).toEqual([
      { kind: 'platform_credit', amount: '9000' },
      { kind: 'platform_credit', amount: '500' },
    ])
  })

  it('does not book what it took over once more when it looks back over it', async () => {
    const { there, coin, place, sync } = await linked()
    there.enter(place, '90.00', { at: new Date(Date.now() - 2 * HOUR_MS).toISOString() })
    expect(await sync()).toBe('agrees')
    expect(await sync()).toBe('agrees')
    expect(await postedOf(coin)).toBe(9_000n)
  })

  it('puts a difference that nothing explains before people, both sides next to each other, until it is gone', async () => {
    const { there, coin, place, sync } = await linked()
    expect(await sync()).toBe('agrees')
    // Older than the sync looks back: only the balance tells.
    there.enter(place, '4.00', { at: '2020-01-01T00:00:00.000Z' })
    expect(await sync()).toBe('differs')
    expect(await sync()).toBe('differs')
    const difference = { kind: 'mirror_differs', ours: '0.00 EUR', theirs: '4.00 EUR' }
    expect(await breaksOf(coin)).toEqual([{ ...difference, state: 'open' }])
    there.enter(place, '-4.00', { at: '2020-01-01T00:00:00.000Z' })
    expect(await sync()).toBe('agrees')
    expect(await breaksOf(coin)).toEqual([{ ...difference, state: 'vanished' }])
    expect(await operationsOf(coin)).toEqual([])
  })

  it('leaves the mirror as it is while the platform is away', async () => {
    const { there, coin, place, sync } = await linked()
    there.enter(place, '5.00')
    await sync()
    there.enter(place, '1.00')
    there.goAway()
    expect(await sync()).toBe('away')
    expect(await postedOf(coin)).toBe(500n)
    expect(await breaksOf(coin)).toEqual([])
    there.comeBack()
    expect(await sync()).toBe('agrees')
    expect(await postedOf(coin)).toBe(600n)
  })

  it('does not book a debit that is more than the mirror has, and says so', async () => {
    const { there, coin, place, sync } = await linked()
    expect(await sync()).toBe('agrees')
    there.enter(place, '-1.00')
    expect(await sync()).toBe('differs')
    expect(await postedOf(coin)).toBe(0n)
    expect(await operationsOf(coin)).toEqual([])
    expect((await breaksOf(coin)).map(({ kind }) => kind).toSorted()).toEqual([
      'entry_not_booked',
      'mirror_differs',
    ])
  })

  it('says nothing of an entry under a reference of ours whose outcome is not recorded yet', async () => {
    const { there, coin, place, sync } = await linked()
    await sync()
    const { id: operation } = await book.ask({ coin: await book.addCoin(), amount: 300n })
    await inProject(book.owner, book.projectId, (trx) =>
      trx.raw(
        `insert into operations (id, project_id, kind, needs_decision, state, coin_id, issuer_id, organization_id, amount, sender_amount, recipient_amount, platform)
           select ?, project_id, 'platform_deposit', false, 'at_platform', ?, issuer_id, organization_id, amount, amount, amount, ? from operations where id = ?`,
        [`${operation.slice(0, -1)}z`, coin, platform, operation],
      ),
    )
    there.enter(place, '3.00', { reference: `${operation.slice(0, -1)}z` })
    expect(await sync()).toBe('busy')
    expect(await postedOf(coin)).toBe(0n)
    await inProject(book.owner, book.projectId, (trx) =>
      trx('operations')
        .where({ id: `${operation.slice(0, -1)}z` })
        .update({ state: 'failed' }),
    )
    // We have it as refused, and the platform has done it.
    expect(await sync()).toBe('differs')
    expect((await breaksOf(`${operation.slice(0, -1)}z`)).map(({ kind }) => kind)).toEqual(['other_state'])
  })

  it('does nothing for an asset of another platform, or none', async () => {
    const { worker, coin } = await linked()
    expect(await worker.syncAsset({ platform: await addPlatform(book, 'other'), asset: coin })).toBeNull()
    expect(await worker.syncAsset({ platform, asset: await book.addCoin() })).toBeNull()
    expect(await worker.syncAsset({ platform: id('plt'), asset: coin })).toBeNull()
  })

  function workerOn(holder: HoldingPlatform) {
    const db = connect(book.database.url, 4)
    atEnd(() => db.destroy())
    return createPlatformActivities(
      activityDeps(db, {
        holders: { open: () => Promise.resolve({ ...holder, label: 'fake', version: 1 }) },
      }),
    )
  }

  async function linked(there = fakeHolder()) {
    const account = id('acc')
    const place = { account, currency: 'EUR' }
    const { coin } = await addAsset(book, { platform, account })
    const worker = workerOn(there.holder)
    const sync = (by = worker) => by.syncAsset({ platform, asset: coin })
    return { there, coin, place, worker, sync }
  }

  async function postedOf(coin: string) {
    return (await book.balances()).get(coin)?.posted
  }

  function operationsOf(coin: string) {
    return inProject(book.owner, book.projectId, async (trx): Promise<{ kind: string; amount: string }[]> =>
      trx('operations').where({ coin_id: coin }).orderBy('created_at').select('kind', 'amount'),
    )
  }

  function breaksOf(subject: string) {
    return inProject(book.owner, book.projectId, async (trx): Promise<{ kind: string; state: string }[]> =>
      trx('breaks')
        .whereLike('subject', `${subject}%`)
        .orderBy('first_seen')
        .select('kind', 'state', 'ours', 'theirs'),
    )
  }
})
