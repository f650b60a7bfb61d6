import { inProject, type Database } from './connection.ts'
import type { KeyRing } from './envelope.ts'
import { envelopeOf, findPlatform, placeOfCredentials } from './platforms.ts'

/** A platform as it is configured now; its credentials are opened only when somebody asks for them. */
export function platformLoader(db: Database, keyRing: KeyRing | undefined) {
  return async (projectId: string, platformId: string) => {
    const row = await inProject(db, projectId, (trx) => findPlatform(trx, platformId))
    if (!row) return undefined
    const settings = () => {
      if (!keyRing) throw new Error('there is no master key to open credentials with')
      const opened = keyRing.open(envelopeOf(row), placeOfCredentials(row))
      return { urls: row.urls, credentials: JSON.parse(opened) as Record<string, string> }
    }
    return { label: row.label, version: row.version, settings }
  }
}
