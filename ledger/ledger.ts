import type { Knex } from 'knex'
import { isSystemAccount } from '#domain/operations/accounting.ts'
import type { Step } from '#domain/operations/step.ts'
import { applySteps, encodeStep, NoConnection, type Source, type StepAnswer } from './apply-steps.ts'

/** More steps than this in one database transaction only make the others wait longer. */
const BATCH_MAX = 256
/** Of one project: while one writes its commit record the next is judged. More only wait for each other at the audit head. */
const UNDER_WAY = 2

type Waiting = {
  readonly step: Step
  /** What no other of its batch may have as well. */
  readonly names: readonly string[]
  /** Whose order of arrival counts, besides: clients' accounts, and a bank's line. */
  readonly touched: readonly string[]
  readonly encoded: string
  readonly source: Source
  readonly resolve: (answer: StepAnswer) => void
  readonly reject: (error: unknown) => void
}

/** The steps of one project, in their order of arrival; there are few projects, and an idle queue holds nothing. */
type Queue = {
  readonly waiting: Waiting[]
  /** What the batches under way move: whatever names one of these stays in line. */
  readonly busy: Set<string>
  underWay: number
  /** A step that freezes a client is under way. */
  isAlone: boolean
  isGathering: boolean
}

function newQueue(): Queue {
  return { waiting: [], busy: new Set(), underWay: 0, isAlone: false, isGathering: false }
}

export type Ledger = { apply(projectId: string, step: Step, source: Source): Promise<StepAnswer> }

/**
 * Applies steps in batches: while batches of a project are under way, the next gathers. A lone caller never waits for
 * company, and what has something in common is applied in its order of arrival. An answer is only given after the commit.
 */
export function createLedger(db: Knex, { underWay = UNDER_WAY }: { underWay?: number } = {}): Ledger {
  const queues = new Map<string, Queue>()

  function send(projectId: string, queue: Queue): void {
    while (queue.underWay < underWay && !queue.isAlone) {
      const batch = takeBatch(queue.waiting, queue.busy)
      if (batch.length === 0) break
      void settle(projectId, queue, batch)
    }
  }

  /** Callers that hear of one batch come again together; the first of them does not go without the others. */
  function gather(projectId: string, queue: Queue): void {
    if (queue.isGathering) return
    queue.isGathering = true
    setImmediate(() => {
      queue.isGathering = false
      send(projectId, queue)
    })
  }

  /** The next batch is on its way before the callers of this one hear their answers, so that Postgres never waits for them. */
  async function settle(projectId: string, queue: Queue, batch: readonly Waiting[]): Promise<void> {
    const names = batch.flatMap((one) => [...one.names, ...one.touched])
    for (const name of names) queue.busy.add(name)
    queue.underWay += 1
    queue.isAlone = batch.some(({ step }) => step.freeze === true)
    const outcomes = await sendBatch(db, projectId, batch)
    for (const name of names) queue.busy.delete(name)
    queue.underWay -= 1
    queue.isAlone = false
    send(projectId, queue)
    batch.forEach(({ resolve, reject }, i) => {
      const outcome = outcomes[i]
      if (outcome && 'answer' in outcome) resolve(outcome.answer)
      else reject(outcome?.error instanceof NoConnection ? outcome.error.cause : outcome?.error)
    })
  }

  return {
    apply: (projectId, step, source) =>
      new Promise((resolve, reject) => {
        const encoded = encodeStep(step)
        const waiting = {
          step,
          names: namesOf(step),
          touched: touchedBy(step),
          encoded,
          source,
          resolve,
          reject,
        }
        const queue = queues.get(projectId) ?? newQueue()
        queues.set(projectId, queue)
        queue.waiting.push(waiting)
        if (queue.underWay === 0) send(projectId, queue)
        else gather(projectId, queue)
      }),
  }
}

/**
 * Takes from the front, one step of each operation, each idempotency key and each client with limits, and one source; the
 * others stay in line, and with them whatever has something in common with one that stays or with what is `busy`. A step
 * that freezes a client goes alone: its neighbours would not see that it did, and could still move what it releases.
 */
export function takeBatch(queue: Waiting[], busy: ReadonlySet<string> = new Set()): Waiting[] {
  const taken = new Set<string>()
  const blocked = new Set(busy)
  const batch: Waiting[] = []
  const rest: Waiting[] = []
  let isClosed = false
  for (const waiting of queue.splice(0)) {
    const { step, names, touched } = waiting
    const [first = waiting] = batch
    isClosed ||= (first !== waiting || busy.size > 0) && (first.step.freeze === true || step.freeze === true)
    const fits = !isClosed && batch.length < BATCH_MAX && waiting.source === first.source
    if (
      fits &&
      names.every((name) => !taken.has(name)) &&
      [...names, ...touched].every((name) => !blocked.has(name))
    ) {
      batch.push(waiting)
      for (const name of names) taken.add(name)
    } else {
      rest.push(waiting)
      for (const name of [...names, ...touched]) blocked.add(name)
    }
  }
  queue.push(...rest)
  return batch
}

function namesOf({ operation, create, limitsOf }: Step): string[] {
  const key = create?.key === undefined ? [] : [`${create.askedBy} ${create.key}`]
  return [operation, ...key, ...(limitsOf === undefined ? [] : [`limits of ${limitsOf}`])]
}

/** Without the issuer's own accounts: what they have is never asked for. */
function touchedBy({ legs = [], hold, active = [], line, overLimit }: Step): string[] {
  const accounts = [...legs.flatMap(({ from, to }) => [from, to]), ...active]
  const held = [hold, overLimit?.hold].flatMap((one) => (one ? [one.account] : []))
  return [...accounts, ...held, ...(line ? [line.id] : [])].filter((account) => !isSystemAccount(account))
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
