import type { Knex } from 'knex'
import type { Step } from '#domain/step.ts'
import { applySteps, encodeStep, NoConnection, type Source, type StepAnswer } from './apply-steps.ts'

/** More steps than this in one database transaction only make the others wait longer. */
const BATCH_MAX = 256

type Waiting = {
  readonly step: Step
  readonly encoded: string
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

  /** The next batch is on its way before the callers of the last hear their answers, so that Postgres never waits for them. */
  async function drain(projectId: string, queue: Waiting[]): Promise<void> {
    let batch = takeBatch(queue)
    let sent = sendBatch(db, projectId, batch)
    for (;;) {
      const outcomes = await sent
      const done = batch
      const goesOn = queue.length > 0
      if (goesOn) {
        batch = takeBatch(queue)
        sent = sendBatch(db, projectId, batch)
      } else queues.delete(projectId)
      done.forEach(({ resolve, reject }, i) => {
        const outcome = outcomes[i]
        if (outcome && 'answer' in outcome) resolve(outcome.answer)
        else reject(outcome?.error instanceof NoConnection ? outcome.error.cause : outcome?.error)
      })
      if (!goesOn) return
    }
  }

  return {
    apply: (projectId, step, source) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(projectId)
        const waiting = { step, encoded: encodeStep(step), source, resolve, reject }
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

type Outcome = { readonly answer: StepAnswer } | { readonly error: unknown }

/**
 * If the database objects to a batch, its steps run one by one, so that one does not fail its neighbours. A batch whose
 * commit was lost is answered by the same road: each step that was applied after all answers `repeated`.
 */
async function sendBatch(db: Knex, projectId: string, batch: readonly Waiting[]): Promise<Outcome[]> {
  const [first] = batch
  if (first === undefined) return []
  try {
    const steps = batch.map(({ encoded }) => encoded)
    const answers = await applySteps(db, projectId, { steps, source: first.source })
    return batch.map(({ step }, i) => checked(step, answers[i]))
  } catch (error) {
    if (batch.length === 1) return [await again(db, projectId, { waiting: first, error })]
    return sendOneByOne(db, projectId, batch)
  }
}

/** Where Postgres is not to be reached, the rest is not tried either: each would wait as long, and all their callers ask again. */
async function sendOneByOne(db: Knex, projectId: string, batch: readonly Waiting[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  let outage: Outcome | undefined
  for (const waiting of batch) {
    const [outcome = NOT_ANSWERED] = outage ? [outage] : await sendBatch(db, projectId, [waiting])
    if ('error' in outcome && outcome.error instanceof NoConnection) outage = outcome
    outcomes.push(outcome)
  }
  return outcomes
}
const NOT_ANSWERED: Outcome = { error: new Error('the book gave no answer') }

/** Another transaction took the key in the same moment; it is there now, and the step says so when it is asked again. */
async function again(
  db: Knex,
  projectId: string,
  { waiting, error }: { waiting: Waiting; error: unknown },
): Promise<Outcome> {
  if (!isTakenKey(error)) return { error }
  try {
    const { encoded, source, step } = waiting
    const [answer] = await applySteps(db, projectId, { steps: [encoded], source })
    return checked(step, answer)
  } catch (second) {
    return { error: second }
  }
}

const UNIQUE_VIOLATION = '23505'

function isTakenKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === UNIQUE_VIOLATION
}

function checked(step: Step, answer: StepAnswer | undefined): Outcome {
  if (answer?.operation === step.operation) return { answer }
  return { error: new Error('the book answered for another step') }
}
