import { reasonOf, StartProblem } from '#embedded/start-problem.ts'
import { channelsOf } from '#integrations/messages/settings.ts'
import { started, type Outside, type Starting } from './starting.ts'

/** Loaded only where it runs: the API's process need not carry Temporal's native core, and a bad variable shows at once. */
export async function startWorkerPart(
  starting: Starting,
  { database, cluster, banks, secretKey, platformAllow }: Outside,
): Promise<void> {
  starting.progress('Starting the worker.')
  const { startWorker } = await import('#workers/main.ts')
  const { logLevel, watchmanUrl, carriers, previousKey } = starting.config
  const worker = await startWorker({
    databaseUrl: database.url,
    temporal: cluster.target,
    banks,
    carriers,
    ...(secretKey !== undefined && { secretKey }),
    ...(previousKey !== undefined && { previousKey }),
    platformAllow,
    ...(watchmanUrl !== undefined && { screening: { watchman: { url: watchmanUrl } } }),
    logLevel,
  })
  worker.failed.catch((error: unknown) => {
    starting.onDeath(new StartProblem(`The worker has stopped by itself (${reasonOf(error)}): start again.`))
  })
  started(starting, { name: 'the worker', stop: () => worker.stop() })
}

/** @returns where it listens */
export async function startApiPart(
  starting: Starting,
  { database, cluster, banks, secretKey, platformAllow }: Outside,
): Promise<string> {
  starting.progress('Starting the API.')
  const { startApi } = await import('#api/main.ts')
  const { host, port, logLevel, previousKey } = starting.config
  const api = await startApi({
    host,
    port,
    databaseUrl: database.url,
    temporal: cluster.target,
    temporalUiUrl: cluster.uiUrl ?? '',
    sandbox: starting.config.database === undefined,
    channels: channelsOf(starting.config.carriers),
    ...(secretKey !== undefined && { secretKey }),
    ...(previousKey !== undefined && { previousKey }),
    platformAllow,
    banks,
    logLevel,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new StartProblem(
      `Port ${port} is in use: stop the program that has it, or set PORT to another port.`,
    )
  })
  started(starting, { name: 'the API', stop: () => api.stop() })
  return api.url
}
