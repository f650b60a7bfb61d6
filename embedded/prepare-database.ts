import { bootstrap } from '#db/bootstrap.ts'
import { migrate } from '#db/migrate.ts'
import type { Administrator } from './administrator.ts'
import { reasonOf, StartProblem } from './start-problem.ts'

export type Prepared = { readonly ownerUrl: string; readonly url: string; readonly runtimeRole: string }

/** Tables, rights, and the first administrator; all of it may be repeated at every start. */
export async function prepareDatabase(
  { ownerUrl, url, runtimeRole }: Prepared,
  { login, password }: Administrator,
): Promise<void> {
  try {
    await migrate({ ownerUrl, runtimeRole })
    await bootstrap({ databaseUrl: url, adminLogin: login, adminPassword: password })
  } catch (error) {
    throw new StartProblem(`The database could not be prepared: ${reasonOf(error)}`, { cause: error })
  }
}
