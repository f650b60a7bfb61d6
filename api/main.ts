import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, Connection } from '@temporalio/client'
import type { Express } from 'express'
import { pino } from 'pino'
import { createBatched } from '#db/operations/batched.ts'
import { assertRuntimeRole, connect } from '#db/connection.ts'
import { openKeyRing } from '#db/secrets/envelope.ts'
import { findConfiguredPlatform } from '#db/platforms/platforms.ts'
import { newId } from '#domain/ids.ts'
import { createLedger } from '#ledger/ledger.ts'
import { createHolders } from '#integrations/platforms/holders.ts'
import { createOutgoing } from '#integrations/http/send.ts'
import { createPlatforms, HOLDING_LABELS } from '#integrations/platforms/registry.ts'
import { createGateway } from '#temporal/gateway.ts'
import { hasPollers, isServing } from '#temporal/health.ts'
import { createReports } from '#temporal/reports.ts'
import { createSyncs } from '#temporal/syncs.ts'
import { connectionOptions } from '#temporal/settings.ts'
import { createApp, finishApp, type AppOptions } from './http/app.ts'
import type { ApiConfig } from './config.ts'
import type { ApiDeps } from './http/deps.ts'
import { mountDocs } from './http/docs/mount.ts'
import { endpoints } from './endpoints.ts'
import { mountHealth, type Checks } from './http/health/mount.ts'

/** Longer than a verdict takes, shorter than a person's patience. */
const ANSWER_WITHIN_MS = 2_000

/** Every route that the API answers. */
export function openApp(deps: ApiDeps, checks: Checks, options: AppOptions = {}): Express {
  const app = createApp(endpoints, deps, options)
  mountHealth(app, checks)
  mountDocs(app, endpoints)
  return finishApp(app)
}

export type RunningApi = { readonly url: string; stop(): Promise<void> }

/** The HTTP edge. It starts without Temporal, too: what it takes meanwhile is kept and done later. */
export async function startApi(config: ApiConfig, options: AppOptions = {}): Promise<RunningApi> {
  const logger = pino({ level: config.logLevel, name: 'api' })
  const db = connect(config.databaseUrl, undefined, { logger, limits: config.databaseLimits })
  await assertRuntimeRole(db)
  const connection = Connection.lazy(connectionOptions(config.temporal))
  const { namespace } = config.temporal
  const keyRing = openKeyRing(config)
  const platformAllow = new Set(config.platformAllow)
  if (platformAllow.size > 0)
    logger.warn({ allow: [...platformAllow] }, 'platforms may be called at loopback addresses')
  const deps: ApiDeps = {
    db,
    ledger: createLedger(db),
    batched: createBatched(db),
    temporal: createGateway(new Client({ connection, namespace })),
    reports: createReports(new Client({ connection, namespace })),
    platforms: createPlatforms(config.banks),
    syncs: createSyncs(new Client({ connection, namespace })),
    holdingLabels: HOLDING_LABELS,
    platformAllow,
    holders: createHolders({
      find: findConfiguredPlatform({ db, keyRing }),
      labels: HOLDING_LABELS,
      outgoing: createOutgoing({ allow: platformAllow }),
    }),
    temporalUiUrl: `${config.temporalUiUrl}/namespaces/${encodeURIComponent(namespace)}`,
    sandbox: config.sandbox,
    channels: config.channels ?? [],
    secretBox: keyRing?.box,
    keyRing,
    logger,
    get answerWithinMs() {
      return config.answerWithinMs ?? ANSWER_WITHIN_MS
    },
    now: () => new Date(),
    newId: (prefix) => newId(prefix, Date.now(), randomBytes(16)),
    randomBytes,
  }
  const checks = {
    postgres: async () => (await db.raw('select 1')) !== undefined,
    temporal: () => isServing(connection),
    worker: () => hasPollers(connection, namespace),
  }
  const app = openApp(deps, checks, options)
  const server = await new Promise<Server>((resolve, reject) => {
    const listening = app.listen(config.port, config.host ?? '127.0.0.1', (error?: Error) =>
      error ? reject(error) : resolve(listening),
    )
  }).catch(async (error: unknown) => {
    await db.destroy()
    throw error
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeIdleConnections()
      await new Promise((resolve) => server.close(resolve))
      await connection.close()
      await db.destroy()
    },
  }
}
