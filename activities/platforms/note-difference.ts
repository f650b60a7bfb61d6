import type { Knex } from 'knex'
import { closeBreaksOf, noteBreaks } from '#db/reports/breaks.ts'
import { inProject } from '#db/connection.ts'
import type { BreakKind } from '#domain/reports/reconciliation.ts'
import type { Syncing } from './syncing.ts'

type Difference = {
  readonly kind: BreakKind
  readonly subject: string
  /** Undefined: there is none any more. */
  readonly found: { readonly ours: string | null; readonly theirs: string | null } | undefined
}

/** Both books side by side, for people; what was found of the same subject before and is another now has vanished. */
export async function noteDifference(syncing: Syncing, difference: Difference): Promise<void> {
  const { deps, asset } = syncing
  await inProject(deps.db, asset.projectId, (trx) => noteDifferenceIn(trx, syncing, difference))
}

/** Together with what else is written. */
export async function noteDifferenceIn(
  trx: Knex,
  { deps, asset }: Syncing,
  { kind, subject, found }: Difference,
): Promise<void> {
  const where = { projectId: asset.projectId, part: asset.platformId, run: null }
  if (found) await noteBreaks(trx, where, [{ id: deps.newId('brk'), kind, subject, aboutAt: null, ...found }])
  await closeBreaksOf(trx, where, { kind, subject, but: found })
}
