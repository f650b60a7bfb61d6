import { join, resolve } from 'node:path'
import type { CarriersConfig } from '#integrations/messages/settings.ts'
import { demandAdministrator, type Administrator } from './administrator.ts'
import {
  addressOf,
  badValue,
  choiceOf,
  demandText,
  loopbacksOf,
  flagOf,
  hostOf,
  portOf,
  textOf,
  urlOf,
  type Environment,
} from './environment.ts'
import { readCarriers, readKey, readPreviousKey } from './messages.ts'

/** `migrate` prepares an outside database and namespace and ends; the others go on until they are stopped. */
const ROLES = ['all', 'api', 'worker', 'migrate'] as const
const LOG_LEVELS = ['info', 'fatal', 'error', 'warn', 'debug', 'trace', 'silent'] as const

export type Role = (typeof ROLES)[number]
export type LogLevel = (typeof LOG_LEVELS)[number]

export type OutsideDatabase = {
  /** For the runtime role. */
  readonly url: string
  readonly ownerUrl: string
}

export type TemporalTarget = {
  readonly address: string
  readonly namespace: string
  readonly tls?: boolean
  readonly apiKey?: string
}

export type OutsideBank = { readonly url: string; readonly apiKey: string; readonly callbackSecret: string }

/** What the environment says. Undefined means: not given, so it is started here. */
export type Config = {
  readonly role: Role
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly logLevel: LogLevel
  readonly database: OutsideDatabase | undefined
  readonly administrator: Administrator | undefined
  readonly temporal: TemporalTarget | undefined
  readonly temporalUi: { readonly port: number; readonly url: string | undefined }
  readonly bank: OutsideBank | undefined
  /** A watchman server, where screening policies name it. */
  readonly watchmanUrl: string | undefined
  /** Where the simulated bank is started; undefined where real money may be near. */
  readonly bankPort: number | undefined
  /** What messages are sent by; nothing with the embedded database, where they stay in the outbox. */
  readonly carriers: CarriersConfig
  readonly secretKey: string | undefined
  readonly previousKey: string | undefined
  /** `host:port` of loopback that platforms may be called at. */
  readonly platformAllow: readonly string[]
  /** Kept for `embeddedAdministrator` and the bank's own secrets, which read what is left. */
  readonly env: Environment
}

/** @throws StartProblem that names the first variable with a bad value, and the rule */
export function readConfig(env: Environment, projectDir: string): Config {
  const role = choiceOf(env, 'ROLE', ROLES)
  const database = readDatabase(env)
  if (role === 'migrate' && !database) throw badValue('DATABASE_URL', 'given with ROLE=migrate')
  const carriers = readCarriers(env, { embedded: !database })
  return {
    role,
    host: hostOf(env, 'HOST', '127.0.0.1'),
    port: portOf(env, 'PORT', 3000),
    dataDir: resolve(textOf(env, 'SLUICE_DATA') ?? join(projectDir, '.sluice')),
    logLevel: choiceOf(env, 'LOG_LEVEL', LOG_LEVELS),
    database,
    administrator: database && createsAdministrator(role) ? demandAdministrator(env) : undefined,
    temporal: readTemporal(env),
    temporalUi: {
      port: portOf(env, 'TEMPORAL_UI_PORT', 8233),
      url: urlOf(env, 'TEMPORAL_UI_URL', ['http:', 'https:']),
    },
    bank: readBank(env),
    watchmanUrl: urlOf(env, 'SLUICE_WATCHMAN_URL', ['http:', 'https:']),
    bankPort: readBankPort(env, { role, embedded: !database }),
    carriers,
    secretKey: readKey(env, carriers),
    previousKey: readPreviousKey(env),
    platformAllow: loopbacksOf(env, 'SLUICE_PLATFORM_ALLOW'),
    env,
  }
}

/** Processes that are scaled out find a prepared database, and so need neither the owner's nor the admin's password. */
export function createsAdministrator(role: Role): boolean {
  return role === 'all' || role === 'migrate'
}

function readDatabase(env: Environment): OutsideDatabase | undefined {
  const protocols = ['postgres:', 'postgresql:']
  const url = urlOf(env, 'DATABASE_URL', protocols)
  const ownerUrl = urlOf(env, 'DATABASE_OWNER_URL', protocols)
  if (url === undefined && ownerUrl !== undefined)
    throw badValue('DATABASE_URL', 'given where DATABASE_OWNER_URL is')
  return url === undefined ? undefined : { url, ownerUrl: ownerUrl ?? url }
}

function readTemporal(env: Environment): TemporalTarget | undefined {
  const address = addressOf(env, 'TEMPORAL_ADDRESS')
  const namespace = textOf(env, 'TEMPORAL_NAMESPACE') ?? 'default'
  const apiKey = textOf(env, 'TEMPORAL_API_KEY')
  const tls = flagOf(env, 'TEMPORAL_TLS') || apiKey !== undefined
  if (address === undefined) {
    if (namespace !== 'default')
      throw badValue('TEMPORAL_NAMESPACE', 'default where TEMPORAL_ADDRESS is not given')
    return undefined
  }
  return { address, namespace, ...(tls && { tls }), ...(apiKey !== undefined && { apiKey }) }
}

/** Beside an outside database a simulated bank is started only on request: it would take real payouts for its own. */
function readBankPort(
  env: Environment,
  { role, embedded }: { role: Role; embedded: boolean },
): number | undefined {
  const port = portOf(env, 'SIMULATED_BANK_PORT', 3100)
  if (textOf(env, 'SIMULATED_BANK_URL') !== undefined) return undefined
  const asked = role === 'all' && textOf(env, 'SIMULATED_BANK_PORT') !== undefined
  return embedded || asked ? port : undefined
}

function readBank(env: Environment): OutsideBank | undefined {
  const url = urlOf(env, 'SIMULATED_BANK_URL', ['http:', 'https:'])
  if (url === undefined) return undefined
  const where = 'to the value that bank was started with, because SIMULATED_BANK_URL is given'
  return {
    url,
    apiKey: demandText(env, 'SIMULATED_BANK_KEY', where),
    callbackSecret: demandText(env, 'SIMULATED_BANK_CALLBACK_SECRET', where),
  }
}
