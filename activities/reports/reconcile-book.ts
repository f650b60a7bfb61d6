import type { Knex } from 'knex'
import { closeVanished, noteBreaks } from '#db/reports/breaks.ts'
import { inProject } from '#db/connection.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { listPlatformsOf, listWrongHolds, readIssuerSums } from '#db/reports/reconciliation.ts'
import { findRun, readClock, recordPart } from '#db/reports/reconciliation-runs.ts'
import { BOOK, breakOfHold, breaksOfBook } from '#domain/reports/reconciliation.ts'
import type { ReportDeps } from './report-deps.ts'

/** A broken book may have very many of them; these are enough to see that it is. */
const WRONG_HOLDS_MAX = 500

export type Reconcilable = { readonly platforms: readonly string[] }

/** Safe to repeat: it compares again. @returns the platforms to ask; null where there is no such run */
export function reconcileBook({ db, newId }: Pick<ReportDeps, 'db' | 'newId'>) {
  return async ({ run }: { readonly run: string }): Promise<Reconcilable | null> => {
    const projectId = await findProjectOf(db, run)
    if (projectId === undefined) return null
    return inProject(db, projectId, async (trx) => {
      if (!(await findRun(trx, run))) return null
      const since = await readClock(trx)
      const { breaks, compared } = await compare(trx)
      const where = { projectId, run, part: BOOK }
      const found = await noteBreaks(
        trx,
        where,
        breaks.map((one) => ({ ...one, id: newId('brk') })),
      )
      const vanished = await closeVanished(trx, where, { from: null, since, settling: [] })
      const part = { state: 'compared', compared } as const
      await recordPart(trx, run, { name: BOOK, part, found, vanished })
      return { platforms: await listPlatformsOf(trx) }
    })
  }
}

async function compare(trx: Knex) {
  const sums = await readIssuerSums(trx)
  const holds = await listWrongHolds(trx, WRONG_HOLDS_MAX)
  return { compared: sums.length, breaks: [...sums.flatMap(breaksOfBook), ...holds.map(breakOfHold)] }
}
