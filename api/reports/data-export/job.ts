import type { Knex } from 'knex'
import { z } from 'zod'
import type { ExportRow } from '#db/reports/export-cursor.ts'
import { findExport } from '#db/reports/exports.ts'
import { permissionsOf } from '#domain/identity/role.ts'
import type { Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { seesAll } from '../../operations/read-process.ts'

export const jobParams = z.strictObject({
  jobKey: text(64).meta({
    description: 'As the call that started it says',
    examples: ['exp_01h2xcejqtf2nbrexx3vqjhp41'],
  }),
})

/** Theirs who asked, and of those who may read all reports; and never wider than what the reader may see now. */
export async function findReadableExport(
  trx: Knex,
  caller: Caller,
  jobKey: string,
): Promise<ExportRow | undefined> {
  const job = await findExport(trx, jobKey)
  if (!job) return undefined
  const isTheirs = job.asked_by === caller.personId || permissionsOf(caller.role).includes('REPORT_VIEWER')
  const inScope = seesAll(caller) || job.organization_id === caller.organizationId
  return isTheirs && inScope ? job : undefined
}
