import { closeBreaksOf, noteBreaks } from '#db/breaks.ts'
import { inProject } from '#db/connection.ts'
import type { BreakKind } from '#domain/reconciliation.ts'
import type { Syncing } from './sync-asset.ts'

type Difference = {
  readonly kind: BreakKind
  readonly subject: string
  /** Undefined: there is none any more. */
  readonly found: { readonly ours: string | null; readonly theirs: string | null } | undefined
}

/** Both books side by side, for people; what was found of the same subject before and is another now has vanished. */
export async function noteDifference(
  { deps, asset }: Syncing,
  { kind, subject, found }: Difference,
): Promise<void> {
  const where = { projectId: asset.projectId, part: asset.platformId, run: null }
  await inProject(deps.db, asset.projectId, async (trx) => {
    if (found)
      await noteBreaks(trx, where, [{ id: deps.newId('brk'), kind, subject, aboutAt: null, ...found }])
    await closeBreaksOf(trx, where, { kind, subject, but: found })
  })
}
