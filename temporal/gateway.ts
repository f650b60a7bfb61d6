import {
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client'
import { defineSearchAttributeKey } from '@temporalio/common'
import type { State, Verb } from '#domain/operations/operation.ts'
import { checkIdOf, workflowIdOf, type WorkflowKind } from '#domain/operations/workflow-id.ts'
import type * as workflows from '#workflows/index.ts'
import {
  decisionSignals,
  decisionUpdates,
  platformCalled,
  submit,
  type Verdict,
} from '#workflows/messages.ts'
import { MONEY_QUEUE } from '#workflows/policy.ts'
import { isAway } from './is-away.ts'

/** What has to be known of an operation to start its workflow. No personal data: names and ids are never encrypted. */
export type Startable = {
  readonly id: string
  readonly kind: WorkflowKind
  readonly projectId: string
  readonly platform: string | null
  /** One line for the Temporal UI: kind, number, amount. */
  readonly summary: string
}

/** `later`: no answer within the deadline; it is durable, or will be swept, and happens. `closed`: the workflow has ended. */
export type Gateway = {
  submit(operation: Startable, deadlineMs: number): Promise<Verdict | 'later' | 'closed'>
  decide(decision: Delivery, deadlineMs: number): Promise<Verdict | 'later' | 'closed'>
  /** The same by Signal: it does not wait for anyone. */
  deliver(decision: Delivery): Promise<'delivered' | 'closed'>
  tellPlatformCalled(kind: WorkflowKind, operation: string): Promise<'delivered' | 'closed'>
  startReturn(operation: Omit<Startable, 'kind'>): Promise<void>
  isOpen(kind: WorkflowKind, operation: string): Promise<boolean>
}

export type Delivery = {
  readonly operation: string
  readonly kind: WorkflowKind
  /** The check that waits for the decision; without it the operation's own workflow does. */
  readonly check?: number | undefined
  readonly verb: Verb
  readonly ticket: string
}

const KIND = defineSearchAttributeKey('SluiceKind', 'KEYWORD')
const PROJECT = defineSearchAttributeKey('SluiceProject', 'KEYWORD')
const PLATFORM = defineSearchAttributeKey('SluicePlatform', 'KEYWORD')

/** For calls whose caller does not wait for a verdict: platforms give up on us after seconds, and a round of the sweeper goes on. */
const HAND_OVER_MS = 1_000

const WORKFLOW_NAMES = {
  top_up: 'topUp',
  withdrawal: 'withdrawal',
  transfer: 'transfer',
  return: 'payoutReturn',
  reversal: 'reversal',
  suspense_return: 'suspenseReturn',
  platform_deposit: 'platformDeposit',
  platform_withdrawal: 'platformWithdrawal',
  platform_trade: 'platformTrade',
  opening_balance: 'openingBalance',
} as const satisfies Record<WorkflowKind, keyof typeof workflows>

/** Of an operation under review, the check that waits for compliance. */
export function checkThatWaits(operation: { state: State; screening_no: number }): number | undefined {
  return operation.state === 'review' ? operation.screening_no : undefined
}

export function deciderOf({ operation, kind, check }: Omit<Delivery, 'verb' | 'ticket'>): string {
  return check === undefined ? workflowIdOf(kind, operation) : checkIdOf(operation, check)
}

export function createGateway(client: Client): Gateway {
  const { workflow } = client
  const handle = (kind: WorkflowKind, operation: string) => workflow.getHandle(workflowIdOf(kind, operation))
  const briefly = <T>(work: () => Promise<T>) => client.withDeadline(Date.now() + HAND_OVER_MS, work)

  return {
    submit: (operation, deadlineMs) =>
      orLater(() =>
        client.withDeadline(Date.now() + deadlineMs, () =>
          workflow.executeUpdateWithStart(submit, {
            // One and the same for every try: a repeat attaches to the first and gets its answer.
            updateId: 'submit',
            startWorkflowOperation: new WithStartWorkflowOperation<typeof workflows.topUp>(
              WORKFLOW_NAMES[operation.kind],
              {
                ...startOptions(operation),
                args: [],
              },
            ),
          }),
        ),
      ),

    decide: ({ verb, ticket, ...about }, deadlineMs) =>
      orLater(() =>
        client.withDeadline(Date.now() + deadlineMs, () =>
          workflow.getHandle(deciderOf(about)).executeUpdate(decisionUpdates[verb], {
            args: [{ ticket }],
            updateId: ticket,
          }),
        ),
      ),

    deliver: ({ verb, ticket, ...about }) =>
      unlessClosed(() =>
        briefly(() => workflow.getHandle(deciderOf(about)).signal(decisionSignals[verb], { ticket })),
      ),

    tellPlatformCalled: (kind, operation) =>
      unlessClosed(() => briefly(() => handle(kind, operation).signal(platformCalled))),

    startReturn: async (operation) => {
      try {
        await briefly(() =>
          workflow.start<typeof workflows.payoutReturn>(WORKFLOW_NAMES.return, {
            ...startOptions({ ...operation, kind: 'return' }),
            args: [],
          }),
        )
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },

    isOpen: async (kind, operation) => {
      try {
        const { status } = await briefly(() => handle(kind, operation).describe())
        return status.name === 'RUNNING'
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false
        throw error
      }
    },
  }
}

function startOptions({ id, kind, projectId, platform, summary }: Startable) {
  return {
    workflowId: workflowIdOf(kind, id),
    taskQueue: MONEY_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    staticSummary: summary,
    typedSearchAttributes: [
      { key: KIND, value: kind },
      { key: PROJECT, value: projectId },
      ...(platform === null ? [] : [{ key: PLATFORM, value: platform }]),
    ],
  } as const satisfies Omit<WorkflowStartOptions, 'args'>
}

/** A missed deadline, a server that is away: the wish is in Postgres and will be swept, so this is no failure. */
async function orLater<T>(work: () => Promise<T>): Promise<T | 'later' | 'closed'> {
  try {
    return await work()
  } catch (error) {
    if (isClosed(error)) return 'closed'
    if (isAway(error)) return 'later'
    throw error
  }
}

function isClosed(error: unknown): boolean {
  return [WorkflowNotFoundError, WorkflowUpdateFailedError, WorkflowExecutionAlreadyStartedError].some(
    (kind) => error instanceof kind,
  )
}

async function unlessClosed(work: () => Promise<void>): Promise<'delivered' | 'closed'> {
  try {
    await work()
    return 'delivered'
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'closed'
    throw error
  }
}
