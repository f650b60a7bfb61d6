import { inProject } from '#db/connection.ts'
import { cleanUp } from '#db/upkeep/clean-up.ts'
import { addImport, addImportPage, changeImport, findImport, findSameImport } from '#db/reports/imports.ts'
import { id } from '#test/support/book.ts'
import { useBook } from '#test/support/use-book.ts'

const book = useBook()

describe('what imports leave', () => {
  it('is removed a week after the end, and a day after no file came; what became of them stays', async () => {
    const sha256 = 'f'.repeat(64)
    const old = await addWithFile({ state: 'complete', sha256, ended_at: ago(8) })
    const recent = await addWithFile({ state: 'refused', ended_at: ago(6) })
    const running = await addWithFile({ state: 'applying', created_at: ago(30) })
    const abandoned = await addWithFile({ created_at: ago(2) })
    const awaited = await addWithFile({})
    for (let round = 0; round < 6; round += 1) await cleanUp(book.db, new Date())
    for (const gone of [old, abandoned]) expect(await leftOf(gone)).toEqual([0, 0, 0])
    for (const kept of [recent, running, awaited]) expect(await leftOf(kept)).toEqual([1, 1, 1])
    expect(await find(abandoned)).toMatchObject({ state: 'cancelled' })
    expect(await find(awaited)).toMatchObject({ state: 'awaiting_file', cleared_at: null })
    const same = await inProject(book.db, book.projectId, (trx) =>
      findSameImport(trx, { kind: 'accounts', sha256 }),
    )
    expect(same).toMatchObject({ id: old, state: 'complete' })
  })
})

const DAY_MS = 24 * 3_600_000

async function addWithFile(changes: object): Promise<string> {
  const job = id('imp')
  await inProject(book.db, book.projectId, async (trx) => {
    const asked = { kind: 'accounts', format: 'csv', mode: 'good_rows_only' } as const
    await addImport(trx, { id: job, project_id: book.projectId, asked_by: book.asker, ...asked })
    const place = { importId: job, upload: 'one', projectId: book.projectId }
    await addImportPage(trx, place, { page: 0, records: [{ line: 2, cells: { type: 'a' } }] })
    const rest = { import_id: job, project_id: book.projectId }
    await trx('import_keys').insert({ ...rest, key: 'a', line: 2, fingerprint: 'x' })
    await trx('import_faults').insert({ ...rest, line: 2, field: 'type', code: 'not_found', message: 'x' })
    if (Object.keys(changes).length > 0) await changeImport(trx, job, changes)
  })
  return job
}

async function leftOf(job: string): Promise<number[]> {
  const tables = ['import_pages', 'import_keys', 'import_faults']
  return inProject(book.db, book.projectId, async (trx) => {
    const counts = []
    for (const table of tables) counts.push((await trx(table).where({ import_id: job })).length)
    return counts
  })
}

const ago = (days: number) => new Date(Date.now() - days * DAY_MS)
const find = (job: string) => inProject(book.db, book.projectId, (trx) => findImport(trx, job))
