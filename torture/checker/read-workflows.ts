import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import type { WorkflowRun } from './run.ts'

/** Questions to Temporal at a time. */
const HANDS = 32

export type TemporalAt = { readonly address: string; readonly namespace: string }

/**
 * Every workflow of the namespace, as its latest run stands. The list lags behind the truth, so what it says to be running
 * and what it does not know is asked about one by one.
 * @param expected ids that should be there, or may be
 */
export async function readWorkflows(at: TemporalAt, expected: readonly string[]): Promise<WorkflowRun[]> {
  const connection = await Connection.connect({ address: at.address })
  try {
    const client = new Client({ connection, namespace: at.namespace })
    const listed = await listLatest(client)
    const doubtful = new Set(expected.filter((id) => !listed.has(id)))
    for (const [id, status] of listed) if (status === 'RUNNING') doubtful.add(id)
    for (const [id, status] of await describeAll(client, [...doubtful])) listed.set(id, status)
    const ends = await readEnds(
      client,
      expected.filter((id) => listed.get(id) === 'COMPLETED'),
    )
    const words = await readWords(client, sampleOf([...listed.keys()]))
    return [...listed].map(([id, status]) => ({
      id,
      status,
      ...(ends.has(id) ? { endState: ends.get(id) ?? null } : {}),
      words: words.get(id) ?? [],
    }))
  } finally {
    await connection.close()
  }
}

async function listLatest({ workflow }: Client): Promise<Map<string, string>> {
  const latest = new Map<string, { status: string; at: number }>()
  for await (const { workflowId, status, startTime } of workflow.list({ pageSize: 1_000 })) {
    const at = startTime.getTime()
    const known = latest.get(workflowId)
    if (!known || known.at <= at) latest.set(workflowId, { status: status.name, at })
  }
  return new Map([...latest].map(([id, { status }]) => [id, status]))
}

async function describeAll({ workflow }: Client, ids: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  await eachOf(ids, async (id) => {
    try {
      found.set(id, (await workflow.getHandle(id).describe()).status.name)
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error
    }
  })
  return found
}

/** What workflows said at their end of the operation's state. */
async function readEnds({ workflow }: Client, ids: readonly string[]): Promise<Map<string, string | null>> {
  const ends = new Map<string, string | null>()
  await eachOf(ids, async (id) => {
    const verdict: unknown = await workflow.getHandle(id).result()
    const state = typeof verdict === 'object' && verdict !== null && 'state' in verdict ? verdict.state : null
    ends.set(id, typeof state === 'string' ? state : null)
  })
  return ends
}

/** Whole histories are slow to read, and those of one kind say the same sort of things. */
const HISTORIES_READ = 48

function sampleOf(ids: readonly string[]): string[] {
  const every = Math.max(1, Math.floor(ids.length / HISTORIES_READ))
  return ids.toSorted().filter((_, i) => i % every === 0)
}

/** Everything that histories say, payloads decoded. */
async function readWords({ workflow }: Client, ids: readonly string[]): Promise<Map<string, string[]>> {
  const words = new Map<string, string[]>()
  await eachOf(ids, async (id) => {
    words.set(id, wordsIn(await workflow.getHandle(id).fetchHistory()))
  })
  return words
}

function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(wordsIn) : []
}

async function eachOf(ids: readonly string[], work: (id: string) => Promise<void>): Promise<void> {
  const left = [...ids]
  const workOff = async () => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await work(id)
  }
  await Promise.all(Array.from({ length: HANDS }, workOff))
}
