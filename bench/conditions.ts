import { cpus, loadavg, totalmem } from 'node:os'
import { readSettings } from './durability.ts'
import type { Options } from './options.ts'
import type { Servers } from './servers.ts'

const SETTINGS = [
  'server_version',
  'fsync',
  'synchronous_commit',
  'full_page_writes',
  'shared_buffers',
  'max_connections',
] as const

export type Conditions = Readonly<Record<string, string>>

/** What the figures depend on besides the code. Asked at the beginning; the load is that of the machine, ours not yet in it. */
export async function readConditions(options: Options, { postgres, temporal }: Servers): Promise<Conditions> {
  const [cpu] = cpus()
  return {
    cpu: `${cpus().length} x ${cpu?.model ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: process.version,
    ...prefixed('postgres', await readSettings(postgres.ownerUrl, SETTINGS)),
    temporal: temporal?.words ?? 'not needed',
    measured: `${options.rounds} rounds, ${options.secondsPerSide} s for each side in each, ${options.warmUpSeconds} s of each before, scale ${options.scale}, seed ${options.seed}`,
    'load before': loadNow(),
  }
}

/** Averages over 1, 5 and 15 minutes. */
export function loadNow(): string {
  return loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')
}

function prefixed(prefix: string, settings: Conditions): Conditions {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${prefix} ${name}`, value]))
}
