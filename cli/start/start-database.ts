import { join } from 'node:path'
import { APP_ROLE } from '#embedded/postgres/postgres-roles.ts'
import { startPostgres } from '#embedded/postgres/postgres.ts'
import { embeddedAdministrator, type Administrator } from './administrator.ts'
import { createsAdministrator, type OutsideDatabase } from './config.ts'
import { checkOutsideDatabase } from './outside-database.ts'
import { prepareDatabase } from './prepare-database.ts'
import { POSTGRES_DIR, startedServer, type Databases, type Starting } from './starting.ts'

export async function startDatabase(starting: Starting): Promise<Databases> {
  const { config, progress } = starting
  if (config.database) return outsideDatabase(config.database, createsAdministrator(config.role))
  progress('Starting Postgres.')
  const dataDir = join(config.dataDir, POSTGRES_DIR)
  const postgres = await startPostgres({ dataDir, progress })
  startedServer(starting, { ...postgres, name: 'Postgres', log: join(dataDir, 'postgres.log') })
  return { url: postgres.appUrl, ownerUrl: postgres.ownerUrl, runtimeRole: APP_ROLE }
}

async function outsideDatabase({ url, ownerUrl }: OutsideDatabase, migrates: boolean): Promise<Databases> {
  const runtimeRole = await checkOutsideDatabase(url, 'DATABASE_URL')
  if (migrates && ownerUrl !== url) await checkOutsideDatabase(ownerUrl, 'DATABASE_OWNER_URL')
  return { url, ownerUrl, runtimeRole }
}

/** @returns the administrator where the password was made, and so can only be read, here */
export async function fillDatabase(
  starting: Starting,
  database: Databases,
): Promise<Administrator | undefined> {
  const { config, progress, signal } = starting
  if (config.database && !createsAdministrator(config.role)) return undefined
  const administrator = config.administrator ?? (await embeddedAdministrator(config.env, config.dataDir))
  progress('Preparing the database.')
  await prepareDatabase(config.database ? database : { ...database, dataDir: config.dataDir }, administrator)
  signal.throwIfAborted()
  return config.database ? undefined : administrator
}
