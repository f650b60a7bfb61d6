import { isId, type OperationId } from '../ids.ts'
import type { EntryKind, Kind } from './operation.ts'

/** Kinds that run as a workflow of their own; what comes in at a bank, or what a platform did by itself, is booked in one step. */
export type WorkflowKind = Exclude<Kind, BookedAtOnce>
type BookedAtOnce = 'bank_line' | EntryKind

export function hasWorkflow(kind: Kind): kind is WorkflowKind {
  return kind in PREFIX
}

const PREFIX: Readonly<Record<WorkflowKind, string>> = {
  top_up: 'topup',
  withdrawal: 'withdrawal',
  transfer: 'transfer',
  return: 'return',
  reversal: 'reversal',
  suspense_return: 'suspense-return',
  platform_deposit: 'platform-deposit',
  platform_withdrawal: 'platform-withdrawal',
  platform_trade: 'platform-trade',
  opening_balance: 'opening',
}

export function workflowIdOf(kind: WorkflowKind, operation: string): string {
  return `${PREFIX[kind]}/${operation}`
}

/** Undefined where the id is not one of this kind: then somebody started the workflow by hand. */
export function operationOfWorkflow(kind: WorkflowKind, workflowId: string): OperationId | undefined {
  const prefix = `${PREFIX[kind]}/`
  const id = workflowId.slice(prefix.length)
  return workflowId.startsWith(prefix) && isId('op', id) ? id : undefined
}

/** The n-th check of an operation. */
export function checkIdOf(operation: string, n: number): string {
  return `aml/${operation}/${n}`
}

export function checkOfWorkflow(workflowId: string): { operation: OperationId; n: number } | undefined {
  const [, operation, n] = /^aml\/([^/]+)\/([1-9]\d{0,5})$/.exec(workflowId) ?? []
  return operation !== undefined && isId('op', operation) ? { operation, n: Number(n) } : undefined
}
