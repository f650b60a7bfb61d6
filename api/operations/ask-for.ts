import { inProject } from '#db/connection.ts'
import { recordIntent, type Intent } from '#db/operations/intents.ts'
import { findOperationByKey, type OperationRow } from '#db/operations/operations.ts'
import type { Startable } from '#temporal/gateway.ts'
import type { ApiDeps } from '../http/deps.ts'
import type { Caller, Reply } from '../http/endpoint.ts'
import { Problem, refusalProblem } from '../http/problem.ts'
import { asReplay, keyReused, type Idempotency } from './idempotency.ts'
import { toProcess } from './process.ts'

export type Wish = Omit<Intent, 'id' | 'key' | 'bodyHash' | 'askedBy' | 'kind'> & {
  readonly kind: Exclude<Intent['kind'], 'return'>
  /** One line for the Temporal UI, without personal data. */
  readonly summary: string
}

/**
 * A money POST: the wish is committed first, then its workflow is started and asked for the verdict in one call. With
 * the verdict the answer is 201 or the refusal; without one in time it is 202, and the Location can be read meanwhile.
 * The same key and body get the first answer again. `coin`: the parameter that names the coin, where it is not coinSerial.
 */
export async function askFor(
  deps: ApiDeps,
  caller: Caller,
  asked: { wishOf: () => Promise<Wish>; idempotency: Idempotency; coin?: string },
): Promise<Reply> {
  const { coin } = asked
  const { key, bodyHash } = asked.idempotency
  let wish: Wish
  try {
    wish = await asked.wishOf()
  } catch (error) {
    // What a key stands for was taken under the rules of its time; rules that say no since then do not undo it.
    const earlier = error instanceof Problem ? await findEarlier(deps, caller, asked.idempotency) : undefined
    if (!earlier) throw error
    return asReplay(answerNow(deps, caller, { operation: earlier, keep: true, coin }))
  }
  const { summary, ...intent } = wish
  const recorded = await recordIntent(deps.db, caller.projectId, {
    ...intent,
    id: deps.newId('op'),
    askedBy: caller.personId,
    key,
    bodyHash,
  })
  if (!recorded.sameBody) throw keyReused()
  const startable = {
    id: recorded.operation,
    kind: intent.kind,
    projectId: caller.projectId,
    platform: intent.platform ?? null,
    summary,
  }
  const submit = () => submitNow(deps, caller, { startable, keep: key !== undefined, coin })
  if (recorded.isNew) return submit()
  const storedOrSubmit = async () =>
    (await findStoredAnswer(deps, caller, { operation: recorded.operation, coin })) ?? (await submit())
  return asReplay(storedOrSubmit())
}

/** Starts the workflow of what was committed, and answers what became of it in time. */
export async function submitNow(
  deps: ApiDeps,
  caller: Caller,
  { startable, keep, coin }: { startable: Startable; keep: boolean; coin?: string | undefined },
): Promise<Reply> {
  await deps.temporal.submit(startable, deps.answerWithinMs)
  return answerNow(deps, caller, { operation: startable.id, keep, coin })
}

async function findEarlier(
  deps: ApiDeps,
  caller: Caller,
  { key, bodyHash }: Idempotency,
): Promise<string | undefined> {
  if (key === undefined) return undefined
  const earlier = await inProject(deps.db, caller.projectId, (trx) =>
    findOperationByKey(trx, { askedBy: caller.personId, key }),
  )
  if (earlier && earlier.body_hash?.toString('hex') !== bodyHash) throw keyReused()
  return earlier?.id
}

async function findStoredAnswer(
  deps: ApiDeps,
  caller: Caller,
  { operation, coin }: { operation: string; coin: string | undefined },
): Promise<Reply | undefined> {
  const shown = await deps.batched.operation(caller.projectId, operation)
  if (!shown) return undefined
  const { row, answer } = shown
  if (row.refusal && row.state === 'refused') throw refusalProblem(row.refusal, coin)
  return answer === null ? undefined : created(row, answer)
}

/** What the operation is now, as the answer to the one who asked for it. The first answer of a key is kept and stands. */
export async function answerNow(
  deps: ApiDeps,
  caller: Caller,
  asked: { operation: string; keep: boolean; coin?: string | undefined },
): Promise<Reply> {
  const shown = await deps.batched.operation(caller.projectId, asked.operation)
  if (!shown) throw new Error(`operation ${asked.operation} was recorded and is not there`)
  const { row } = shown
  if (row.state === 'refused' && row.refusal) throw refusalProblem(row.refusal, asked.coin)
  const body = { status: 'ok', process: toProcess(shown) }
  if (row.state === 'received') return { status: 202, body, headers: location(row.id) }
  if (!asked.keep) return created(row, body)
  return created(
    row,
    shown.answer ?? (await deps.batched.keepAnswer(caller.projectId, { id: row.id, answer: body })),
  )
}

function created({ id }: OperationRow, body: unknown): Reply {
  return { status: 201, body, headers: location(id) }
}

function location(operation: string) {
  return { Location: `/api/v1/transactions/${operation}` }
}
