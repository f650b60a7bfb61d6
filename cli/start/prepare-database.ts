import { bootstrap } from '#db/identity/bootstrap.ts'
import { MadeElsewhere } from '#db/made-elsewhere.ts'
import { migrate } from '#db/migrate.ts'
import { reasonOf, StartProblem } from '#embedded/start-problem.ts'
import type { Administrator } from './administrator.ts'

export type Prepared = {
  readonly ownerUrl: string
  readonly url: string
  readonly runtimeRole: string
  /** The folder of the database, if it is embedded. */
  readonly dataDir?: string
}

/** Tables, rights, and the first administrator; all of it may be repeated at every start. */
export async function prepareDatabase(
  { ownerUrl, url, runtimeRole, dataDir }: Prepared,
  { login, password }: Administrator,
): Promise<void> {
  try {
    await migrate({ ownerUrl, runtimeRole })
    await bootstrap({ databaseUrl: url, adminLogin: login, adminPassword: password })
  } catch (error) {
    if (error instanceof MadeElsewhere) throw new StartProblem(refusalOf(error, dataDir), { cause: error })
    throw new StartProblem(`The database could not be prepared: ${reasonOf(error)}`, { cause: error })
  }
}

function refusalOf({ made, message }: MadeElsewhere, dataDir: string | undefined): string {
  if (dataDir === undefined) return message
  return (
    `The data folder ${dataDir} holds a database that ${made}: go on with the version that made it, or move the folder ` +
    'away or set SLUICE_DATA to another directory, and Sluice begins with an empty database. Nothing was changed or deleted.'
  )
}
