import type { Knex } from 'knex'
import { z } from 'zod'
import { findImport, IMPORT_STATES, type ImportRow } from '#db/reports/imports.ts'
import { IMPORT_FORMATS, IMPORT_KINDS, IMPORT_MODES } from '#domain/reports/import-row.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'

export const importParams = z.strictObject({ id: text(64).meta({ description: 'Id of the import' }) })

export const importSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(IMPORT_KINDS),
    format: z.enum(IMPORT_FORMATS),
    mode: z.enum(IMPORT_MODES),
    state: z.enum(IMPORT_STATES).meta({
      description:
        'Waiting: for another one of the project that runs. Refused: nothing was made, for a row is bad. Same as earlier: the file had been imported before, and nothing was done again',
    }),
    rows: z.int().meta({ description: 'Of the file' }),
    validated: z.int(),
    bad: z.int().meta({ description: 'Rows that break a rule, all of them' }),
    applied: z.int().meta({ description: 'Rows that something was made of' }),
    unchanged: z.int().meta({ description: 'Rows whose thing was there already, just so' }),
    sameAs: z.string().nullable().meta({ description: 'Id of the import that had the same file earlier' }),
    sha256: z.string().nullable().meta({ description: 'Of the file' }),
    askedBy: z.string().meta({ description: 'Id of the user' }),
    createdAt: z.iso.datetime(),
    receivedAt: z.iso.datetime().nullable().meta({ description: 'When the file was here in full' }),
    startedAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Import' })

export function importBody(row: ImportRow): z.infer<typeof importSchema> {
  return {
    id: row.id,
    kind: row.kind,
    format: row.format,
    mode: row.mode,
    state: row.state,
    rows: Number(row.row_count),
    validated: Number(row.validated),
    bad: Number(row.bad),
    applied: Number(row.applied),
    unchanged: Number(row.unchanged),
    sameAs: row.same_as,
    sha256: row.sha256,
    askedBy: row.asked_by,
    createdAt: row.created_at.toISOString(),
    receivedAt: row.received_at?.toISOString() ?? null,
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  }
}

export async function demandImport(trx: Knex, id: string): Promise<ImportRow> {
  const found = await findImport(trx, id)
  if (!found) throw notFound('id', 'import')
  return found
}
