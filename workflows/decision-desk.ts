import {
  ApplicationFailure,
  CancellationScope,
  condition,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { BookActivities } from '#activities/index.ts'
import type { OperationId } from '#domain/ids.ts'
import {
  VERBS,
  isFinal,
  type Kind,
  type Standing,
  type State,
  type Verb,
} from '#domain/operations/operation.ts'
import { decisionSignals, decisionUpdates, NOTHING_KNOWN, type Carried, type Verdict } from './messages.ts'
import { waitFor } from './wait-for.ts'

type Message = { readonly verb: Verb; readonly ticket: string | undefined; answer?: Verdict }

/** Where decisions arrive, by Update or by Signal, and are put to the book one after another. */
export type DecisionDesk = {
  /** Decisions that come earlier wait until the operation is registered. Null: there is nothing to decide on. */
  open(registered: Standing): void
  /** The state as the book last said; moves with each decision that takes effect. */
  state(): State
  /** How long the decision may take that is awaited now. */
  decideInMs(): number
  moveTo(standing: Standing): void
  /** How many decisions the book has answered. */
  answered(): number
  /** True once everybody who waits has an answer. */
  isIdle(): boolean
}

/** People type these by hand in the Temporal UI, so anything can come. */
function ticketOf(carried: unknown): string | undefined {
  const ticket =
    typeof carried === 'object' && carried !== null && 'ticket' in carried ? carried.ticket : undefined
  return typeof ticket === 'string' ? ticket : undefined
}

export function placeDecisionDesk(asked: {
  operation: OperationId | undefined
  /** Undefined: a check of the operation, whatever kind that is. */
  kind: Kind | undefined
  book: BookActivities
}): DecisionDesk {
  const { operation, kind, book } = asked
  const waiting: Message[] = []
  let state: State = 'received'
  let decideInMs = 0
  let answered = 0
  let isOpen = false
  let busy = false

  async function put(message: Message): Promise<void> {
    const { verb, ticket } = message
    const { runId } = workflowInfo()
    const answer =
      operation === undefined
        ? { ...NOTHING_KNOWN, decideInMs: null }
        : await book.decideOperation({ operation, kind, verb, ticket, runId })
    const { outcome, refusal } = answer
    message.answer = { outcome, refusal, state: answer.state }
    answered += 1
    moveTo(answer)
  }

  function moveTo(standing: Standing): void {
    if (standing.state === null) return
    state = standing.state
    decideInMs = standing.decideInMs ?? 0
  }

  async function workOff(): Promise<void> {
    for (;;) {
      await condition(() => isOpen && waiting.length > 0)
      busy = true
      for (let message = waiting.shift(); message; message = waiting.shift()) await put(message)
      busy = false
    }
  }

  takeMessages(
    (message) => waiting.push(message),
    () => state,
  )
  void CancellationScope.nonCancellable(workOff)

  return {
    open: (registered) => {
      moveTo(registered)
      isOpen = true
    },
    state: () => state,
    decideInMs: () => decideInMs,
    moveTo,
    answered: () => answered,
    isIdle: () => !busy && waiting.length === 0,
  }
}

/** Each decision can come by Update, whose sender waits for the answer, or by Signal. */
function takeMessages(take: (message: Message) => void, stateNow: () => State): void {
  for (const verb of VERBS) {
    setHandler(
      decisionUpdates[verb],
      async (carried: Carried): Promise<Verdict> => {
        const message: Message = { verb, ticket: ticketOf(carried) }
        take(message)
        await waitFor(() => message.answer !== undefined)
        return message.answer ?? NOTHING_KNOWN
      },
      {
        description: `${verb} with a ticket; the answer is the true state`,
        validator: (_carried: Carried) => {
          if (isFinal(stateNow()))
            throw ApplicationFailure.nonRetryable(`The operation is ${stateNow()}.`, 'AlreadyFinal')
        },
      },
    )
    setHandler(
      decisionSignals[verb],
      (carried) => {
        take({ verb, ticket: ticketOf(carried) })
      },
      { description: `${verb}: {"ticket": "tkt_…"} that the deciding person fetched from the API` },
    )
  }
}
