import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { inProject, type Database } from '#db/connection.ts'
import {
  addImportPage,
  commitSoon,
  removeSomeOfUpload,
  type ImportRow,
  type Upload,
} from '#db/reports/imports.ts'
import type { ImportRecord } from '#domain/reports/import-row.ts'
import { fileFault, fileTooLarge } from './file-fault.ts'
import { readText } from './read-bytes.ts'
import { readCsv } from './read-csv.ts'
import { readJsonLines } from './read-lines.ts'

const PAGE_ROWS = 1_000
const ROWS_MAX = 1_000_000
/** One transaction holds back all money of the project while it ends; more than this would be felt. */
const ALL_OR_NOTHING_MAX = 100_000

export type Stored = { readonly sha256: string; readonly rows: number; readonly pages: number }

/** Each page as it is full, so that no file is in memory. Until the import says that this try counts, nothing of it does. */
export async function storeFile(
  db: Database,
  job: ImportRow,
  { upload, stream }: { readonly upload: string; readonly stream: Readable },
): Promise<Stored> {
  const place: Upload = { importId: job.id, upload, projectId: job.project_id }
  try {
    return await store(db, job, { place, stream })
  } catch (error) {
    // Whatever is left after a crash is removed with the import itself.
    await removeUpload(db, place).catch(() => undefined)
    throw error
  } finally {
    // What still comes is taken and forgotten, or the answer would not be read.
    stream.resume()
  }
}

async function store(
  db: Database,
  job: ImportRow,
  { place, stream }: { readonly place: Upload; readonly stream: Readable },
): Promise<Stored> {
  const hash = createHash('sha256')
  const text = readText(stream, hash)
  const records = job.format === 'csv' ? readCsv(text, job.kind) : readJsonLines(text, job.kind)
  const max = job.mode === 'all_or_nothing' ? ALL_OR_NOTHING_MAX : ROWS_MAX
  let [rows, pages] = [0, 0]
  for await (const page of inPages(records)) {
    rows += page.length
    if (rows > max) throw fileTooLarge(`has more than ${max} rows, the most for ${job.mode}`)
    await inProject(db, place.projectId, async (trx) => {
      await commitSoon(trx)
      await addImportPage(trx, place, { page: pages, records: page })
    })
    pages += 1
  }
  if (rows === 0) throw fileFault('has no rows')
  return { sha256: hash.digest('hex'), rows, pages }
}

async function* inPages(records: AsyncIterable<ImportRecord>): AsyncGenerator<ImportRecord[]> {
  let page: ImportRecord[] = []
  for await (const record of records) {
    page.push(record)
    if (page.length < PAGE_ROWS) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

export async function removeUpload(db: Database, place: Upload): Promise<void> {
  while (await inProject(db, place.projectId, (trx) => removeSomeOfUpload(trx, place)));
}
