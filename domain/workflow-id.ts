import { isId, type OperationId } from './ids.ts'
import type { Kind } from './operation.ts'

const PREFIX: Readonly<Record<Exclude<Kind, 'transfer'>, string>> = {
  top_up: 'topup',
  withdrawal: 'withdrawal',
  return: 'return',
}

/** Kinds that run as a workflow of their own. */
export type WorkflowKind = keyof typeof PREFIX

export function workflowIdOf(kind: WorkflowKind, operation: string): string {
  return `${PREFIX[kind]}/${operation}`
}

/** Undefined where the id is not one of this kind: then somebody started the workflow by hand. */
export function operationOfWorkflow(kind: WorkflowKind, workflowId: string): OperationId | undefined {
  const prefix = `${PREFIX[kind]}/`
  const id = workflowId.slice(prefix.length)
  return workflowId.startsWith(prefix) && isId('op', id) ? id : undefined
}
