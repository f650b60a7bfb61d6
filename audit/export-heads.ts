import type { KeyObject } from 'node:crypto'
import { inSnapshot, type Database } from '#db/connection.ts'
import { listProjects } from '#db/identity/projects.ts'
import { signHead, type SignedHead } from './heads.ts'
import { readHead } from './read-chain.ts'

/** A signed head of each project, as its trail ends now. */
export async function exportHeads(db: Database, key: KeyObject): Promise<SignedHead[]> {
  const heads: SignedHead[] = []
  for (const { id: projectId } of await listProjects(db)) {
    const { seq, hash } = await inSnapshot(db, projectId, readHead)
    heads.push(
      signHead({ projectId, seq, hash: hash.toString('hex'), signedAt: new Date().toISOString() }, key),
    )
  }
  return heads
}
