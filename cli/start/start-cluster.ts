import { join } from 'node:path'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { startTemporal } from '#embedded/temporal/temporal.ts'
import { prepareOutsideTemporal } from './outside-temporal.ts'
import { startedServer, TEMPORAL_DIR, type Cluster, type Starting } from './starting.ts'

/** The cluster that the environment names, or one of our own. */
export async function startCluster(starting: Starting): Promise<Cluster> {
  const { config, progress, signal } = starting
  const { temporal: target, temporalUi } = config
  if (target) {
    await prepareOutsideTemporal(target)
    signal.throwIfAborted()
    return { target, uiUrl: temporalUi.url }
  }
  const binary = await findTemporalBinary({ env: config.env, progress, signal })
  progress('Starting Temporal.')
  const dataDir = join(config.dataDir, TEMPORAL_DIR)
  const { address, uiUrl, ...server } = await startTemporal({
    binary,
    dataDir,
    uiPort: temporalUi.port,
    progress,
  })
  startedServer(starting, { ...server, name: 'Temporal', log: join(dataDir, 'temporal.log') })
  return { target: { address, namespace: 'default' }, uiUrl: temporalUi.url ?? uiUrl }
}
