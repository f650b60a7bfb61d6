import type { Knex } from 'knex'
import type { AuditEntry } from '#db/audit.ts'
import type { ImportRow } from '#db/reports/imports.ts'
import type { ImportKind, RowFault } from '#domain/reports/import-row.ts'
import { importedAccounts } from './import-accounts.ts'
import { importedAssets } from './import-assets.ts'
import type { ImportDeps, Importer, ReadRow } from './import-rows.ts'

/** A page is judged and made by one of these, whatever its wishes are. */
export type PageImporter = {
  judge: Importer<unknown>['judge']
  judgeAndMake(trx: Knex, job: ImportRow, rows: readonly ReadRow[]): Promise<Made>
}
export type Made = {
  readonly made: readonly AuditEntry[]
  readonly same: number
  readonly bad: readonly { readonly line: number; readonly faults: readonly RowFault[] }[]
}

export function importerOf(kind: ImportKind, deps: ImportDeps): PageImporter {
  return kind === 'accounts' ? forPages(importedAccounts(deps)) : forPages(importedAssets(deps))
}

function forPages<Wish>(importer: Importer<Wish>): PageImporter {
  return {
    judge: (trx, rows) => importer.judge(trx, rows),
    async judgeAndMake(trx, job, rows) {
      await importer.hold(trx, rows)
      const verdicts = await importer.judge(trx, rows)
      const wishes = verdicts.flatMap((verdict) => ('wish' in verdict ? [verdict.wish] : []))
      const made = wishes.length === 0 ? [] : await importer.make(trx, job, wishes)
      // Tried again, it finds what the other has made.
      if (made.length < wishes.length) throw new Error('somebody made the same thing at the same time')
      const bad = verdicts.filter((verdict) => 'faults' in verdict)
      return { made, bad, same: verdicts.length - wishes.length - bad.length }
    },
  }
}
