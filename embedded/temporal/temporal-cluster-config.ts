import { randomInt } from 'node:crypto'
import { tryPort } from '../process/ports.ts'
import { StartProblem } from '../start-problem.ts'

/** Each database, and the folder of its schema. */
export const DATABASES = { temporal: 'temporal', temporal_visibility: 'visibility' } as const

/** Sizes are those of Temporal's own container image. */
const HISTORY_SHARDS = 4
const CONNECTIONS = { temporal: 20, temporal_visibility: 10 } as const

const SERVICES = ['frontend', 'matching', 'history', 'worker'] as const

/** One cluster of one process, on this machine only. */
export async function clusterConfig(asked: {
  readonly ownerUrl: string
  readonly grpcPort: number
  readonly dynamicFile: string
}): Promise<object> {
  const { grpcPort } = asked
  const address = `127.0.0.1:${grpcPort}`
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      numHistoryShards: HISTORY_SHARDS,
      defaultStore: 'temporal',
      visibilityStore: 'temporal_visibility',
      datastores: {
        temporal: store(asked.ownerUrl, 'temporal'),
        temporal_visibility: store(asked.ownerUrl, 'temporal_visibility'),
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: await services(grpcPort),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: address },
      },
    },
    publicClient: { hostPort: address },
    dynamicConfigClient: { filepath: asked.dynamicFile, pollInterval: '60s' },
  }
}

function store(ownerUrl: string, database: keyof typeof DATABASES): object {
  const { hostname, port, username, password } = new URL(ownerUrl)
  const maxConns = CONNECTIONS[database]
  return {
    sql: {
      pluginName: 'postgres12',
      databaseName: database,
      connectAddr: `${hostname}:${port}`,
      connectProtocol: 'tcp',
      user: username,
      password,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  }
}

async function services(frontendPort: number): Promise<object> {
  const all: Record<string, object> = {}
  for (const name of SERVICES) {
    const grpcPort = name === 'frontend' ? frontendPort : await lowPort()
    all[name] = { rpc: { grpcPort, membershipPort: await lowPort(), bindOnLocalHost: true } }
  }
  return all
}

/** Temporal keeps the ports of its services in a smallint of Postgres. */
const PORT_MAX = 32_767
const PORT_MIN = 20_000

async function lowPort(): Promise<number> {
  for (let tries = 0; tries < PORT_TRIES_MAX; tries += 1) {
    const port = await tryPort(randomInt(PORT_MIN, PORT_MAX))
    if (port !== undefined) return port
  }
  throw new StartProblem(`No TCP port from ${PORT_MIN} to ${PORT_MAX} is free on 127.0.0.1.`)
}
const PORT_TRIES_MAX = 100
