import {
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import type { BookActivities, Registered } from '#activities/index.ts'
import { formatAmount } from '#domain/money.ts'
import { whereTheMoneyIs, type State } from '#domain/operations/operation.ts'
import { explainRefusal } from '#domain/operations/refusal.ts'
import { operationOfWorkflow, type WorkflowKind } from '#domain/operations/workflow-id.ts'
import type { OperationId } from '#domain/ids.ts'
import { openBook } from './book.ts'
import { placeDecisionDesk, type DecisionDesk } from './decision-desk.ts'
import { NOTHING_KNOWN, submit, type Verdict } from './messages.ts'
import { waitFor } from './wait-for.ts'

/** An operation that is registered, and what its story needs. */
export type Running = {
  readonly id: OperationId
  readonly registered: Registered
  readonly book: BookActivities
  readonly desk: DecisionDesk
  /** Says on the workflow's page where the money is now. */
  readonly tell: (more?: string) => void
  /** Goes on in a new run with an empty history, from where the book says it is. Nobody is left without an answer. */
  readonly startAfresh: () => Promise<never>
}

/**
 * What every operation has in common: it is named by the workflow's id, registers by itself, answers `submit` with the
 * verdict, and lets nobody wait when it closes. A workflow that was started for nothing we know, for another kind or
 * for an operation that is final, ends here. One that was started again goes on from where the book says it is.
 * A request to cancel is not obeyed: money is stopped by declining, which has a name and a rule.
 */
export function runOperation(
  kind: WorkflowKind,
  story: (running: Running) => Promise<void>,
  beforeRegistration?: (operation: OperationId, book: BookActivities) => Promise<void>,
): Promise<Verdict> {
  const id = operationOfWorkflow(kind, workflowInfo().workflowId)
  const book = openBook()
  const desk = placeDecisionDesk({ operation: id, kind, book })
  let verdict: Verdict | undefined
  setHandler(
    submit,
    async () => {
      await waitFor(() => verdict !== undefined)
      return verdict ?? NOTHING_KNOWN
    },
    { description: 'the verdict of registration' },
  )

  return CancellationScope.nonCancellable(async () => {
    if (id !== undefined) await beforeRegistration?.(id, book)
    const registered = await book.registerOperation({
      operation: id ?? null,
      kind,
      workflowId: workflowInfo().workflowId,
      runId: workflowInfo().runId,
    })
    verdict = { outcome: registered.outcome, refusal: registered.refusal, state: registered.state }
    const { state } = registered
    desk.open(registered)
    if (id !== undefined && state !== null) {
      const tell = (more?: string) => setCurrentDetails(describe(registered, desk.state(), more))
      tell()
      const startAfresh = async () => {
        await condition(() => desk.isIdle() && allHandlersFinished())
        return continueAsNew()
      }
      await story({ id, registered, book, desk, tell, startAfresh })
      tell()
    } else {
      setCurrentDetails('Started for nothing that is known here. That was noted, and nothing was done.')
    }
    await condition(() => desk.isIdle() && allHandlersFinished())
    return state === null ? verdict : atTheEnd(verdict, desk.state())
  })
}

/** A return that had to wait was refused at first and booked later: what counts is where it ended. */
function atTheEnd({ outcome, refusal }: Verdict, state: State): Verdict {
  if (state === 'refused') return { outcome, refusal, state }
  return { outcome: outcome === 'refused' ? 'applied' : outcome, refusal: null, state }
}

/** The refusal of registration still says why it is there: for good, or until a return's original is settled. */
const BEFORE_THE_BOOK: ReadonlySet<State> = new Set(['received', 'refused'])

function describe(registered: Registered, state: State, more?: string): string {
  const { name, kind, refusal } = registered
  if (!name) return whereTheMoneyIs(kind, state)
  const amount = `${formatAmount(BigInt(name.minor), name.fraction)} ${name.currency}`
  const why = refusal !== null && BEFORE_THE_BOOK.has(state) ? explainRefusal(refusal) : undefined
  return [`**${amount}**, request ${name.requestIdentifier}`, whereTheMoneyIs(kind, state), why, more]
    .filter(Boolean)
    .join('\n\n')
}
