import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { stopStalePostgres } from '#embedded/postgres/postgres.ts'
import { lockData } from '#embedded/process/data-lock.ts'
import { demandPort } from '#embedded/process/ports.ts'
import { StartProblem } from '#embedded/start-problem.ts'
import { stopStaleTemporal } from '#embedded/temporal/temporal.ts'
import type { Config } from './config.ts'
import { embeddedSecretKey } from './messages.ts'
import { startEmbeddedBank, type EmbeddedBank } from './simulated-bank.ts'
import { startCluster } from './start-cluster.ts'
import { fillDatabase, startDatabase } from './start-database.ts'
import { startApiPart, startWorkerPart } from './start-parts.ts'
import { POSTGRES_DIR, started, TEMPORAL_DIR, type Running, type Starting } from './starting.ts'

/** Starts what the environment does not give, each part after those it needs; they are stopped the other way round. */
export async function startAll(starting: Starting): Promise<Running> {
  const { config } = starting
  if (usesDataDir(config)) await takeDataDir(starting)
  await demandPorts(config)
  const database = await startDatabase(starting)
  const cluster = await startCluster(starting)
  const administrator = await fillDatabase(starting, database)
  if (config.role === 'migrate')
    return { apiUrl: undefined, temporalUiUrl: undefined, simulated: undefined, administrator }
  const simulated = await startBank(starting)
  const bank = simulated ?? config.bank
  const secretKey =
    config.secretKey ?? (config.database ? undefined : await embeddedSecretKey(config.dataDir))
  // The sandbox is on this machine and speaks without TLS; all other platforms are outside.
  const platformAllow = [...config.platformAllow, ...(simulated ? [new URL(simulated.url).host] : [])]
  const outside = { database, cluster, banks: bank ? { simulated: bank } : {}, secretKey, platformAllow }
  if (config.role !== 'api') await startWorkerPart(starting, outside)
  const apiUrl = config.role === 'worker' ? undefined : await startApiPart(starting, outside)
  return { apiUrl, temporalUiUrl: cluster.uiUrl, simulated, administrator }
}

function usesDataDir({ database, temporal, bankPort }: Config): boolean {
  return !database || !temporal || bankPort !== undefined
}

async function takeDataDir(starting: Starting): Promise<void> {
  const { dataDir } = starting.config
  await mkdir(dataDir, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new StartProblem(
      `SLUICE_DATA must be a directory that can be written (${error.code} for ${dataDir}).`,
    )
  })
  started(starting, { stop: await lockData(dataDir) })
  // Servers of a run that was killed still hold the ports which are looked at next.
  await stopStaleTemporal(join(dataDir, TEMPORAL_DIR))
  await stopStalePostgres(join(dataDir, POSTGRES_DIR))
}

/** Before anything is started: it is better to learn at once what would fail at the end. */
async function demandPorts({ role, port, bankPort, temporal, temporalUi }: Config): Promise<void> {
  if (role === 'all' || role === 'api') await demandPort(port, 'PORT')
  if (bankPort !== undefined) await demandPort(bankPort, 'SIMULATED_BANK_PORT')
  if (!temporal) await demandPort(temporalUi.port, 'TEMPORAL_UI_PORT')
}

async function startBank(starting: Starting): Promise<Omit<EmbeddedBank, 'stop'> | undefined> {
  const { config } = starting
  if (config.bankPort === undefined) return undefined
  const { stop, ...bank } = await startEmbeddedBank(config, config.bankPort)
  started(starting, { name: 'the simulated bank', stop })
  return bank
}
