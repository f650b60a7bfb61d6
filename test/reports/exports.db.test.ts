import { inProject } from '#db/connection.ts'
import type { ExportRow } from '#db/reports/export-cursor.ts'
import {
  addExport,
  findExport,
  readExportPage,
  removeSomeOfExport,
  writeExportPage,
} from '#db/reports/exports.ts'
import type { OperationFilter } from '#db/operations/operation-filter.ts'
import { id } from '#test/support/book.ts'
import { useBook } from '#test/support/use-book.ts'

const book = useBook()
let coins: string[]
/** Newest first. */
let operations: string[]

beforeAll(async () => {
  coins = [await book.addCoin(), await book.addCoin()]
  operations = await askInTurn()
})

describe('an export', () => {
  it('has every operation once, newest first, though many have the same millisecond', async () => {
    const job = await start()
    const done = await writeAll(job)
    expect(done).toMatchObject({ row_count: '7', page_count: 4, is_capped: false })
    expect(await idsIn(job)).toEqual([
      operations.slice(0, 2),
      operations.slice(2, 4),
      operations.slice(4, 6),
      operations.slice(6),
    ])
  })

  it('goes on after the last page that was written, and changes nothing once it is complete', async () => {
    const job = await start()
    await write(job)
    await Promise.all(Array.from({ length: 8 }, () => write(job, { pageSize: 1, rowsMax: 100 })))
    const before = await idsIn(job)
    await write(job)
    expect(await idsIn(job)).toEqual(before)
    expect(before.flat()).toEqual(operations)
  })

  it('stops at the most rows it may have, and says so only where there are more', async () => {
    expect(await writeAll(await start(), { pageSize: 2, rowsMax: 6 })).toMatchObject({
      row_count: '6',
      is_capped: true,
    })
    expect(await writeAll(await start(), { pageSize: 2, rowsMax: 7 })).toMatchObject({
      row_count: '7',
      is_capped: false,
    })
  })

  it('is of what the filter lets through, and of one organization where it is only theirs', async () => {
    const theirs = await book.organizationOf(coins[0] ?? '')
    const own = operations.filter((_, n) => n % 2 === 0)
    const job = await start({}, theirs)
    await writeAll(job)
    expect((await idsIn(job)).flat().map(String).toSorted()).toEqual(own.toSorted())
    const filters: [OperationFilter, number][] = [
      [{ ids: operations.slice(0, 3) }, 3],
      [{ createdAtFrom: new Date('2031-01-01') }, 0],
      [{ createdAtTo: new Date('2031-01-01') }, 7],
      [{ types: ['bank_topup'], phases: ['received'], currencyCodes: ['EUR'] }, 7],
      [{ types: ['bank_redeem'] }, 0],
      [{ needsAttention: true }, 0],
    ]
    for (const [filter, count] of filters)
      expect(Number((await writeAll(await start(filter))).row_count)).toBe(count)
  })

  it('has no page where nothing is let through', async () => {
    expect(await writeAll(await start({ ids: [] }))).toMatchObject({ row_count: '0', page_count: 0 })
  })

  it('is removed some pages at a time, with all that it had', async () => {
    const job = await start()
    await writeAll(job)
    const remove = () => inProject(book.db, book.projectId, (trx) => removeSomeOfExport(trx, job, 3))
    expect([await remove(), await remove()]).toEqual([true, false])
    await inProject(book.db, book.projectId, async (trx) => {
      expect(await findExport(trx, job)).toBeUndefined()
      expect(await trx('export_pages').where({ export_id: job })).toEqual([])
    })
    expect(await write(job)).toBeUndefined()
  })
})

async function start(filter: OperationFilter = {}, organizationId: string | null = null): Promise<string> {
  const job = id('exp')
  await inProject(book.db, book.projectId, async (trx) => {
    const row = { id: job, project_id: book.projectId, asked_by: book.asker, organization_id: organizationId }
    await addExport(trx, { ...row, subject: 'operations', filter })
    await trx('exports').where({ id: job }).update({ cursor_at: '2030-01-02' })
  })
  return job
}

const write = (job: string, limits = { pageSize: 2, rowsMax: 100 }) =>
  inProject(book.db, book.projectId, (trx) => writeExportPage(trx, job, limits))

async function writeAll(job: string, limits?: { pageSize: number; rowsMax: number }): Promise<ExportRow> {
  for (;;) {
    const now = await write(job, limits)
    if (now?.state === 'complete') return now
  }
}

async function idsIn(job: string): Promise<(string | null)[][]> {
  return inProject(book.db, book.projectId, async (trx) => {
    const found = await findExport(trx, job)
    const pages = []
    for (let page = 0; page < (found?.page_count ?? 0); page += 1)
      pages.push(((await readExportPage(trx, job, page)) ?? []).map(({ id: one }) => one ?? null))
    return pages
  })
}

/** Of both coins in turn, in the same millisecond for all, which is all that a Date would tell, and at the same moment for two. */
async function askInTurn(): Promise<string[]> {
  const asked = []
  for (let n = 0; n < 7; n += 1) asked.push(await book.ask({ coin: coins[n % 2] ?? '', amount: 100n }))
  const ids = asked.map((one) => one.id).toReversed()
  await inProject(book.owner, book.projectId, async (trx) => {
    for (const [n, operation] of ids.entries())
      await trx('operations')
        .where({ id: operation })
        .update({ created_at: `2030-01-01T00:00:00.0000${n < 2 ? 9 : 9 - n}Z` })
  })
  return [...ids.slice(0, 2).toSorted().toReversed(), ...ids.slice(2)]
}
