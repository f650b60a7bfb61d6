import { isId, type Id } from '../ids.ts'

const PREFIX = { export: 'exp', reconciliation: 'rec', import: 'imp' } as const
/** Reports that run as a workflow of their own. */
export type ReportKind = keyof typeof PREFIX
export type ReportId<Kind extends ReportKind> = Id<(typeof PREFIX)[Kind]>

export function reportWorkflowId(kind: ReportKind, id: string): string {
  return `${kind}/${id}`
}

/** Undefined where the id is not one of this kind: then somebody started the workflow by hand. */
export function reportOfWorkflow<Kind extends ReportKind>(
  kind: Kind,
  workflowId: string,
): ReportId<Kind> | undefined {
  const id = workflowId.slice(kind.length + 1)
  return workflowId.startsWith(`${kind}/`) && isId(PREFIX[kind], id) ? id : undefined
}
