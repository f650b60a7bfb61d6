import { createDatabase, type TestDatabase } from './database.ts'
import { opened } from './opened.ts'

/** A migrated, empty database for this suite. */
export function useDatabase(): TestDatabase {
  return opened(createDatabase, (database) => database.drop())
}
