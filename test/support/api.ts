import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import type { Express } from 'express'
import type { AppOptions } from '#api/http/app.ts'
import type { ApiDeps } from '#api/http/deps.ts'
import { createBatched } from '#db/operations/batched.ts'
import { openApp } from '#api/main.ts'
import { bootstrap } from '#db/identity/bootstrap.ts'
import { createKeyRing } from '#db/secrets/envelope.ts'
import { findConfiguredPlatform } from '#db/platforms/platforms.ts'
import { newId } from '#domain/ids.ts'
import { createLedger } from '#ledger/ledger.ts'
import { createHolders } from '#integrations/platforms/holders.ts'
import { createOutgoing } from '#integrations/http/send.ts'
import type { Gateway } from '#temporal/gateway.ts'
import { connect } from './connect.ts'
import { linkedLabel, madeUpLabel } from './made-up-platform.ts'
import { PATIENCE_MS } from './poll.ts'

export const ADMIN = { login: 'admin@sluice.test', password: 'Tall-Ship7#mast' } as const

export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
  /** What stands in the body at a path such as `members.0.user.id`; undefined where there is nothing. */
  at(path: string): unknown
  /** The text there. @throws Error with the whole answer where there is none */
  text(path: string): string
}

export type CallOptions = {
  readonly token?: string | undefined
  /** Sent as JSON, or as it is where it is a string. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>

export type TestApi = {
  readonly url: string
  readonly app: Express
  readonly call: Call
  stop(): Promise<void>
}

export type TestApiOptions = AppOptions & Partial<Omit<ApiDeps, 'db'>> & { readonly databaseUrl: string }

/** All endpoints over HTTP on a real database that has its first administrator; every answer is checked against its schema. */
export async function startTestApi({ databaseUrl, ...options }: TestApiOptions): Promise<TestApi> {
  await bootstrap({ databaseUrl, adminLogin: ADMIN.login, adminPassword: ADMIN.password })
  const db = connect(databaseUrl)
  const now = options.now ?? (() => new Date())
  const keyRing =
    'keyRing' in options ? options.keyRing : createKeyRing({ current: randomBytes(32).toString('base64') })
  const allow = options.platformAllow ?? new Set<string>()
  const labels = options.holdingLabels ?? [madeUpLabel, linkedLabel]
  const deps: ApiDeps = {
    db,
    ledger: createLedger(db),
    batched: createBatched(db),
    temporal: noTemporal,
    reports: { start: unreachable },
    platforms: new Map(),
    syncs: { syncAsset: async () => 'later', syncPlatform: async () => 'started' },
    temporalUiUrl: 'http://temporal.test',
    sandbox: true,
    channels: [],
    secretBox: keyRing?.box,
    keyRing,
    holdingLabels: labels,
    platformAllow: allow,
    holders: createHolders({
      find: findConfiguredPlatform({ db, keyRing }),
      labels,
      outgoing: createOutgoing({ allow }),
    }),
    logger: pino({ level: 'fatal' }),
    answerWithinMs: PATIENCE_MS,
    now,
    newId: (prefix) => newId(prefix, now().getTime(), randomBytes(16)),
    randomBytes,
    ...options,
  }
  const app = openApp(deps, {}, { checkAnswers: true, guardedPerMinute: 1_000_000, ...options })
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    app,
    call: callAt(`${url}/api/v1`),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await db.destroy()
    },
  }
}

export function callAt(base: string): Call {
  return (method, path, options) => call(`${base}${path}`, method, options)
}

/** The parameters that a problem names, in its order. */
export function parametersOf(answer: Answer): string[] {
  return (answer.at('errors') as readonly { parameter: string }[]).map(({ parameter }) => parameter)
}

async function call(
  url: string,
  method: string,
  { token, body, headers }: CallOptions = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `TOKEN ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const sent = await answer.text()
  const read: unknown = sent === '' ? undefined : JSON.parse(sent)
  const at = (path: string) => path.split('.').reduce<unknown>(valueOf, read)
  return {
    status: answer.status,
    headers: answer.headers,
    body: read,
    at,
    text(path) {
      const value = at(path)
      if (typeof value === 'string') return value
      throw new Error(`${method} ${url} answered ${answer.status} without ${path}: ${sent}`)
    },
  }
}

function valueOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}

/** For suites in which no workflow is asked for. */
export const noTemporal: Gateway = {
  submit: unreachable,
  decide: unreachable,
  deliver: unreachable,
  tellPlatformCalled: unreachable,
  startReturn: unreachable,
  isOpen: unreachable,
}

function unreachable(): Promise<never> {
  return Promise.reject(new Error('this suite has no Temporal'))
}
