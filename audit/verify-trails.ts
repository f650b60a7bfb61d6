import type { KeyObject } from 'node:crypto'
import { inSnapshot, type Database } from '#db/connection.ts'
import { listProjects } from '#db/identity/projects.ts'
import type { AuditFault } from './chain.ts'
import { isSignedBy, type SignedHead } from './heads.ts'
import { verifyProject } from './verify-project.ts'

/** What became of one project's trail. */
export type Trail = {
  readonly project: string
  readonly rows: number
  readonly heads: number
  readonly faults: readonly AuditFault[]
}

/** Every project there is, and those that only a head tells of: their rows are gone, and so are they. */
export async function verifyTrails(
  db: Database,
  { key, heads }: { key: KeyObject; heads: readonly SignedHead[] },
): Promise<Trail[]> {
  const there = (await listProjects(db)).map(({ id }) => id)
  const told = heads.map(({ projectId }) => projectId)
  const trails: Trail[] = []
  for (const project of new Set([...there, ...told])) {
    const own = heads.filter(({ projectId }) => projectId === project)
    const good = own.filter((head) => isSignedBy(head, key))
    const forged = own
      .filter((head) => !good.includes(head))
      .map(({ seq }) => ({ row: seq, fault: 'has a head that was not signed with this key' }))
    const { rows, faults } = await inSnapshot(db, project, (trx) => verifyProject(trx, good))
    trails.push({ project, rows, heads: own.length, faults: [...forged, ...faults] })
  }
  return trails
}
