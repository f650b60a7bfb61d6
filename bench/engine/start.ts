import { randomBytes, randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'
import { Pool } from 'undici'
import { startSimulatedBank } from '#integrations/platforms/simulated/server/server.ts'
import { startPart } from '../part.ts'
import type { Stage } from '../row.ts'
import { makeWorld, type Person } from '../world.ts'

export type Answer = {
  readonly status: number
  readonly body: {
    readonly id: string
    readonly process: { readonly id: string; readonly requestIdentifier: number; readonly phase: string }
  }
}

export const BANK = { apiKey: 'bench-key', callbackSecret: 'bench-secret' }
/** A caller waits for its verdict: an early 202 is no measurement. */
const ANSWER_WITHIN_MS = 30_000

export type BenchEngine = Awaited<ReturnType<typeof startBenchEngine>>

/**
 * The whole product as it runs in use, API and worker in processes of their own, with the bare limits beside them in the
 * same processes. The load comes from this process; the bank, which is not ours, answers here, too, and calls nobody.
 */
export async function startBenchEngine(stage: Stage) {
  const { appUrl, temporal = { address: '127.0.0.1:1', namespace: 'default' }, progress } = stage
  const world = await makeWorld(stage)
  const bank = await startSimulatedBank({ ...BANK, port: 0 })
  const common = {
    databaseUrl: appUrl,
    temporal,
    banks: { simulated: { ...BANK, url: bank.url } },
    logLevel: 'info',
    secretKey: randomBytes(32).toString('base64'),
    platformAllow: [new URL(bank.url).host],
  }
  progress('  starting API and worker')
  const api = await startPart<{ apiUrl: string; bareUrl: string }>('./api-process.ts', {
    ...common,
    port: 0,
    answerWithinMs: ANSWER_WITHIN_MS,
    temporalUiUrl: 'http://127.0.0.1:8233',
    sandbox: true,
  })
  const worker = stage.temporal ? await startPart('./worker-process.ts', common) : undefined
  const [product, bare] = [callsTo(api.up.apiUrl), callsTo(api.up.bareUrl)]
  const connection = Connection.lazy({ address: temporal.address })

  return {
    world,
    bankUrl: bank.url,
    api,
    worker,
    /** For what each takes of the machine. */
    processes: { API: api.pid, ...(worker && { worker: worker.pid }), ...stage.processes },
    workflows: new Client({ connection, namespace: temporal.namespace }).workflow,
    /** A money POST or a decision, answered as it should be. */
    post: (by: Person, path: string, body: object): Promise<Answer> =>
      product.post(`/api/v1${path}`, {
        body,
        headers: { authorization: `TOKEN ${by.token}`, 'idempotency-key': randomUUID() },
      }),
    /** @returns the workflow's id */
    startBare: async (name: string): Promise<string> => {
      const id = randomUUID()
      await bare.post(`/${name}/${id}`)
      return id
    },
    postBare: (path: string) => bare.post(path),
    /** Anything else that is asked and answered in JSON. */
    call: (by: Person, path: string, asked: Asked = {}) =>
      product.send(`/api/v1${path}`, {
        ...asked,
        headers: { ...asked.headers, authorization: `TOKEN ${by.token}` },
      }),
    stop: async () => {
      await Promise.all([product.close(), bare.close(), connection.close()])
      await Promise.all([api.stop(), worker?.stop()])
      await bank.stop()
      await world.close()
    },
  }
}

export type Asked = {
  readonly method?: 'GET' | 'POST' | 'PUT'
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Connections are kept, as a client in earnest would. */
function callsTo(origin: string) {
  const pool = new Pool(origin, { connections: 512, pipelining: 1 })
  const send = async (path: string, { method = 'GET', body, headers }: Asked) => {
    const answer = await pool.request({ path, method, headers: headers ?? {}, body: body ?? null })
    const text = await answer.body.text()
    if (answer.statusCode > 299)
      throw new Error(`${path} answered ${answer.statusCode}: ${text.slice(0, 300)}`)
    return { status: answer.statusCode, text }
  }
  return {
    post: async (
      path: string,
      { body, headers }: { body?: object; headers?: Record<string, string> } = {},
    ): Promise<Answer> => {
      const sent = { headers: { ...headers, ...(body && { 'content-type': 'application/json' }) } }
      const answer = await send(path, {
        ...sent,
        method: 'POST',
        ...(body && { body: JSON.stringify(body) }),
      })
      // A verdict that comes later is no measurement.
      if (answer.status > 201)
        throw new Error(`${path} answered ${answer.status}: ${answer.text.slice(0, 300)}`)
      return { status: answer.status, body: JSON.parse(answer.text) as Answer['body'] }
    },
    send,
    close: () => pool.close(),
  }
}
