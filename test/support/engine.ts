import { randomBytes } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import type { AppOptions } from '#api/http/app.ts'
import type { ApiConfig } from '#api/config.ts'
import { TIME_LIMITS } from '#db/connection.ts'
import { quietPort } from '#embedded/process/ports.ts'
import { startSimulatedBank } from '#integrations/platforms/simulated/server/server.ts'
import type { WorkerConfig } from '#workers/config.ts'
import { bankSide, BANK_KEYS } from './bank-side.ts'
import { openTestBook } from './book.ts'
import { createDatabase } from './database.ts'
import { addBanks, addClient, hirePeople, linkBankAccount, signIn, type Person } from './engine-people.ts'
import { openApi, startWorkerProcess, type Part } from './engine-parts.ts'
import { joinTemporal, startOwnTemporal } from './engine-temporal.ts'
import { PATIENCE_MS, until } from './poll.ts'
import { send, type Answer, type Request, type Shown } from './wire.ts'

export { pause } from './poll.ts'
export { type Person } from './engine-people.ts'
export type { Answer } from './wire.ts'

/** Where clients of the tests are paid out to. */
export const IBAN = 'DE89370400440532013000'
export const CLIENT_NAME = 'Ann Client'

/** As callers have it. */
export const USUAL_MS = 2_000
/** Nobody can give a verdict then, so it does not matter how soon a caller hears 202. */
const AWAY_MS = 1_000
/** Long enough for a bank that answers, short enough to wait for one that is silent. */
const BANK_WITHIN_MS = 2_000
/** A call waits for a connection for as long as it takes; the other limits are as in use. */
const DATABASE_LIMITS = { ...TIME_LIMITS, connectionMs: PATIENCE_MS }

/** Sweeps soon, so that tests need not wait for what production waits for. */
const SWEEP = { sweepEveryMs: 300, sweepAfterMs: 700, sweepUnchangedMs: 1_500 }
/** Reconciliation judges at once what production gives time to settle. */
const RECONCILE = { reconcileSettleMs: 0 }

export type EngineOptions = {
  readonly withoutWorker?: boolean
  /** Always this, for callers who ask again at a 202. Else a caller waits for the verdict, unless somebody is away. */
  readonly answerWithinMs?: number
  /** So many APIs that take the calls in turn, as behind a load balancer. */
  readonly apis?: number
  /** Everything that API and worker log can be read with `logs`; the API then runs in a process of its own, too. */
  readonly keepLogs?: boolean
  /** Of the API, which then runs in a process of its own as well. Else its answers are checked, and its calls are not limited. */
  readonly app?: AppOptions
  /** Providers of screening besides the embedded one. */
  readonly screening?: NonNullable<WorkerConfig['screening']>
  /** Where platforms of this test are, besides the sandbox. */
  readonly platformsAt?: readonly string[]
  /** A Temporal server that the test may stop, with this dynamic configuration; else a namespace on the run's server. */
  readonly ownTemporal?: Readonly<Record<string, string>>
}

/**
 * The whole product for one test file: a database and a namespace of its own, the simulated bank, the API in this process
 * and the worker in another, which a test may kill. Staff and coins are made behind the API's back.
 */
export async function startEngine(options: EngineOptions = {}) {
  const { withoutWorker = false, keepLogs = false, apis: apiCount = 1, app } = options
  const database = await createDatabase()
  const book = await openTestBook(database)
  const temporal = await (options.ownTemporal ? startOwnTemporal(options.ownTemporal) : joinTemporal())
  const apiPorts: number[] = []
  while (apiPorts.length < apiCount) apiPorts.push(await quietPort())
  const apiUrls = apiPorts.map((port) => `http://127.0.0.1:${port}`)
  const bankServer = await startSimulatedBank({
    ...BANK_KEYS,
    port: 0,
    journalPath: undefined,
    callbackUrl: `${apiUrls[0]}/api/v1/platform-calls/simulated`,
    callbackPauseMs: 100,
  })
  const common = {
    databaseUrl: database.url,
    databaseLimits: DATABASE_LIMITS,
    temporal: temporal.settings,
    banks: { simulated: { ...BANK_KEYS, url: bankServer.url, timeoutMs: BANK_WITHIN_MS } },
    logLevel: keepLogs ? 'trace' : 'fatal',
    secretKey: randomBytes(32).toString('base64'),
    platformAllow: [bankServer.url, ...(options.platformsAt ?? [])].map((url) => new URL(url).host),
  }
  const workerConfig: WorkerConfig = {
    ...common,
    ...SWEEP,
    ...RECONCILE,
    ...(options.screening && { screening: options.screening }),
  }
  const apiConfig = { ...common, temporalUiUrl: 'http://127.0.0.1:8233', sandbox: true }
  const away = new Set<'worker' | 'Temporal' | 'the book'>(withoutWorker ? ['worker'] : [])
  const configFor = (port: number): ApiConfig => ({
    ...apiConfig,
    port,
    get answerWithinMs() {
      return options.answerWithinMs ?? (away.size > 0 ? AWAY_MS : PATIENCE_MS)
    },
  })
  const logs: string[] = []
  const startWorker = () => startWorkerProcess(workerConfig, logs)
  const startApis = () =>
    Promise.all(
      apiPorts.map((port) =>
        openApi(configFor(port), keepLogs || app ? { logs, ...(app && { app }) } : undefined),
      ),
    )
  const stopApis = () => Promise.all(apis.map((api) => api.stop()))
  let worker: Part | undefined = withoutWorker ? undefined : await startWorker()
  let apis = await startApis()
  let turn = 0
  const connection = Connection.lazy({ address: temporal.settings.address })
  const client = new Client({ connection, namespace: temporal.settings.namespace })
  const people = await hirePeople(book)
  const bankIds = await addBanks(book)

  const request = (who: Person | undefined, path: string, asked: Request = {}): Promise<Answer> =>
    send(
      `${apiUrls[(turn += 1) % apiUrls.length]}/api/v1${path}`,
      who ? { ...asked, token: who.token } : asked,
    )
  const call = (who: Person, path: string, body?: object) => request(who, path, body ? { body } : {})

  return {
    ...people,
    book,
    ...bankSide(bankServer.url),
    bank: bankServer,
    bankIds,
    database,
    apiUrls,
    /** For what has to be seen exactly: own headers, a body that is no JSON, no token. */
    request,
    call,
    client,
    temporal: temporal.settings,
    logs: () => logs.join(''),
    /** A client with a token, a funded coin, and an approved account at each bank. */
    addClient: async (funds = 0n) => {
      const fresh = await addClient(book, funds)
      for (const bank of [bankIds.integrated, bankIds.manual])
        await linkBankAccount(book, fresh, { bank, iban: IBAN, fullName: CLIENT_NAME })
      return fresh
    },
    signInAgain: ({ id }: Person) => signIn(book, id),
    read: async (who: Person, operation: string): Promise<Shown> =>
      (await call(who, `/transactions/${operation}`)).body.process,
    /** Reads the operation until it is in the phase, or gives up and shows what it is. */
    reach: (who: Person, operation: string, phase: string): Promise<Shown> => {
      const read = async () => (await call(who, `/transactions/${operation}`)).body.process
      return until(
        `${operation} to be ${phase}`,
        async () => {
          const shown = await read()
          return shown?.phase === phase ? shown : undefined
        },
        read,
      )
    },
    killWorker: async () => {
      away.add('worker')
      await worker?.kill()
      worker = undefined
    },
    startWorker: async () => {
      worker ??= await startWorker()
      away.delete('worker')
    },
    /** Only an engine with `ownTemporal` can stop its server. */
    stopTemporal: async () => {
      away.add('Temporal')
      await temporal.stop()
    },
    restartTemporal: async () => {
      await temporal.restart()
      away.delete('Temporal')
    },
    /** While this is done a caller who waits for a verdict of the book hears 202 soon. */
    withoutVerdicts: async <T>(work: () => Promise<T>): Promise<T> => {
      away.add('the book')
      return work().finally(() => away.delete('the book'))
    },
    restartApi: async () => {
      await stopApis()
      apis = await startApis()
    },
    stop: async () => {
      await worker?.kill()
      await stopApis()
      await connection.close()
      await bankServer.stop()
      await temporal.leave()
      await book.close()
      await database.drop()
    },
  }
}
export type Engine = Awaited<ReturnType<typeof startEngine>>
export type TestClient = Awaited<ReturnType<Engine['addClient']>>
