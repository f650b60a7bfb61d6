import type { Knex } from 'knex'
import type { Step } from '#domain/step.ts'
import { applySteps, type Source, type StepAnswer } from './apply-steps.ts'

/** More steps than this in one database transaction only make the others wait longer. */
const BATCH_MAX = 256

type Waiting = {
  readonly step: Step
  readonly source: Source
  readonly resolve: (answer: StepAnswer) => void
  readonly reject: (error: unknown) => void
}

export type Ledger = { apply(projectId: string, step: Step, source: Source): Promise<StepAnswer> }

/**
 * Applies steps in batches: while one batch of a project commits, the next gathers. A lone caller never waits for
 * company. An answer is only given after the commit.
 */
export function createLedger(db: Knex): Ledger {
  const queues = new Map<string, Waiting[]>()

  async function drain(projectId: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) await applyBatch(db, projectId, takeBatch(queue))
    queues.delete(projectId)
  }

  return {
    apply: (projectId, step, source) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(projectId)
        const waiting = { step, source, resolve, reject }
        if (queue) {
          queue.push(waiting)
          return
        }
        const fresh = [waiting]
        queues.set(projectId, fresh)
        void drain(projectId, fresh)
      }),
  }
}

/**
 * Takes from the front, one step of each operation, each idempotency key and each client with limits, and one source; the
 * others stay in line. A step that freezes a client goes alone: its neighbours would not see that it did, and could still
 * move what it releases.
 */
export function takeBatch(queue: Waiting[]): Waiting[] {
  const taken = new Set<string>()
  const batch: Waiting[] = []
  const rest: Waiting[] = []
  let isClosed = false
  for (const waiting of queue.splice(0)) {
    const { step } = waiting
    const names = [step.operation, keyOf(step), limitsKeyOf(step)].filter((name) => name !== undefined)
    const [first = waiting] = batch
    isClosed ||= first !== waiting && (first.step.freeze === true || step.freeze === true)
    const fits = !isClosed && batch.length < BATCH_MAX && waiting.source === first.source
    if (fits && names.every((name) => !taken.has(name))) batch.push(waiting)
    else rest.push(waiting)
    for (const name of names) taken.add(name)
  }
  queue.push(...rest)
  return batch
}

function limitsKeyOf({ limitsOf }: Step): string | undefined {
  return limitsOf === undefined ? undefined : `limits of ${limitsOf}`
}

function keyOf({ create }: Step): string | undefined {
  return create?.key === undefined ? undefined : `${create.askedBy} ${create.key}`
}

/**
 * If the database objects to a batch, its steps run one by one, so that one does not fail its neighbours. A batch whose
 * commit was lost is answered by the same road: each step that was applied after all answers `repeated`.
 */
async function applyBatch(db: Knex, projectId: string, batch: readonly Waiting[]): Promise<void> {
  const [first] = batch
  if (first === undefined) return
  try {
    const answers = await applySteps(db, projectId, {
      steps: batch.map(({ step }) => step),
      source: first.source,
    })
    batch.forEach(({ step, resolve, reject }, i) => {
      const answer = answers[i]
      if (answer?.operation === step.operation) resolve(answer)
      else reject(new Error('the book answered for another step'))
    })
  } catch (error) {
    if (batch.length === 1) first.reject(error)
    else for (const waiting of batch) await applyBatch(db, projectId, [waiting])
  }
}
