import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { changeImport, findSameImport, lockImport, type ImportRow } from '#db/reports/imports.ts'
import { describeError } from '#domain/describe-error.ts'
import type { ImportFormat } from '#domain/reports/import-row.ts'
import { CSV_TYPE, JSON_LINES_TYPE } from '../../http/csv.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { conflict, notFound, Problem } from '../../http/problem.ts'
import { demandImport, importBody, importParams, importSchema } from './import.ts'
import { removeUpload, storeFile, type Stored } from './store-file.ts'

const TYPES: Readonly<Record<ImportFormat, string>> = { csv: CSV_TYPE, jsonl: JSON_LINES_TYPE }

export const putImportFile = endpoint({
  method: 'put',
  path: '/imports/:id/file',
  family: 'Imports',
  summary: 'Send the file of an import',
  description:
    'In UTF-8, at most 200 MiB and 1,000,000 rows (all or nothing: 100,000). It is read as it comes, and counts when it is here in full. The same content with the same kind answers the import that had it first.',
  access: 'ACCOUNT_MANAGER',
  params: importParams,
  streamedBody: Object.values(TYPES),
  answers: {
    200: { description: 'The import that had this file earlier: nothing is done again', body: importSchema },
    202: { description: 'It is here, and is looked at behind the call', body: importSchema },
  },
  async handle({ params, stream, headers, caller }, { db, newId, reports, logger }) {
    const { projectId } = caller
    const job = await inProject(db, projectId, (trx) => demandImport(trx, params.id))
    demandAwaiting(job)
    demandType(headers['content-type'] ?? '', job.format)
    const upload = newId('upl')
    const stored = await storeFile(db, job, { upload, stream })
    const place = { importId: job.id, upload, projectId }
    const received = await inProject(db, projectId, (trx) =>
      receive(trx, caller, { id: job.id, upload, stored }),
    ).catch(async (error: unknown) => {
      await removeUpload(db, place).catch(() => undefined)
      throw error
    })
    const headersOut = { Location: `/api/v1/imports/${received.id}` }
    if (received.id !== job.id) {
      await removeUpload(db, place)
      return { status: 200, headers: headersOut, body: importBody(received) }
    }
    // It is committed: where it cannot be started now, the sweeper starts it.
    await reports
      .start({ kind: 'import', id: job.id, projectId })
      .catch((error: unknown) => logger.warn({ error: describeError(error) }, 'an import is started later'))
    return { status: 202, headers: headersOut, body: importBody(received) }
  },
})

function demandAwaiting({ state }: ImportRow): void {
  if (state !== 'awaiting_file')
    throw conflict('file_not_awaited', 'id', `does not wait for a file: it is ${state.replaceAll('_', ' ')}`)
}

function demandType(sent: string, format: ImportFormat): void {
  if (sent.split(';')[0]?.trim().toLowerCase() === TYPES[format]) return
  throw new Problem(415, 'unsupported_media_type', {
    detail: `Send the file as Content-Type: ${TYPES[format]}, as the import says.`,
    errors: [{ parameter: 'Content-Type', message: `must be ${TYPES[format]}` }],
  })
}

type Received = { readonly id: string; readonly upload: string; readonly stored: Stored }

/** @returns the import that has the file: this one, or the one that had it first */
async function receive(trx: Knex, caller: Caller, { id, upload, stored }: Received): Promise<ImportRow> {
  const job = await lockImport(trx, id)
  if (!job) throw notFound('id', 'import')
  demandAwaiting(job)
  const { sha256, rows, pages } = stored
  const same = await findSameImport(trx, { ...job, sha256 })
  const file = { sha256, row_count: rows, received_at: trx.fn.now() }
  const received = await changeImport(
    trx,
    id,
    same
      ? { ...file, state: 'same_as_earlier', same_as: same.id, ended_at: trx.fn.now() }
      : { ...file, state: 'waiting', upload, page_count: pages },
  )
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'import.receive',
      subjectType: 'import',
      subjectId: id,
      after: { sha256, rows, sameAs: same?.id ?? null },
    },
  ])
  return same ?? received
}
