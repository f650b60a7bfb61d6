import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { quietPort } from '#embedded/process/ports.ts'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import { startTemporal } from '#embedded/temporal/temporal.ts'
import type { TemporalSettings } from '#temporal/settings.ts'
import { createNamespace, temporalAddress } from './temporal.ts'

/** Where an engine's workflows run. */
export type EngineTemporal = {
  readonly settings: TemporalSettings
  stop(): Promise<void>
  restart(): Promise<void>
  /** The file calls this at its end. */
  leave(): Promise<void>
}

/** A namespace on the server that the whole run shares, and that nobody may stop. */
export async function joinTemporal(): Promise<EngineTemporal> {
  const address = temporalAddress()
  return {
    settings: { address, namespace: await createNamespace(address) },
    stop: refuse,
    restart: refuse,
    leave: () => Promise.resolve(),
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('the run shares this Temporal server: open the engine with ownTemporal'))
}

const progress = () => undefined

/** A server with its database in a file, so that it goes on where it was stopped. */
export async function startOwnTemporal(settings: Readonly<Record<string, string>>): Promise<EngineTemporal> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-engine-'))
  const port = await quietPort()
  const binary = await findTemporalBinary({ env: process.env, progress })
  const start = () => startTemporal({ binary, dataDir, port, settings, progress })
  let server = await start()
  return {
    settings: { address: server.address, namespace: 'default' },
    stop: () => server.stop(),
    restart: async () => {
      server = await start()
    },
    leave: async () => {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
