import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import { defineSearchAttributeKey } from '@temporalio/common'
import { reportWorkflowId, type ReportKind } from '#domain/reports/report-workflow.ts'
import type { bulkImport, dataExport, reconciliation } from '#workflows/index.ts'
import { REPORTS_QUEUE } from '#workflows/policy.ts'

export type Report = { readonly kind: ReportKind; readonly id: string; readonly projectId: string }

/** Starts the workflow that makes a report. Safe to repeat: one that runs, or is done, is left alone. */
export type Reports = { start(report: Report): Promise<void> }

const PROJECT = defineSearchAttributeKey('SluiceProject', 'KEYWORD')

/** The caller waits meanwhile. */
const START_WITHIN_MS = 2_000

const NAMES = {
  export: 'dataExport',
  import: 'bulkImport',
  reconciliation: 'reconciliation',
} as const satisfies Record<ReportKind, string>

export function createReports(client: Client): Reports {
  return {
    start: async ({ kind, id, projectId }) => {
      try {
        await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
          client.workflow.start<typeof bulkImport | typeof dataExport | typeof reconciliation>(NAMES[kind], {
            workflowId: reportWorkflowId(kind, id),
            taskQueue: REPORTS_QUEUE,
            workflowIdConflictPolicy: 'USE_EXISTING',
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
            staticSummary: kind,
            typedSearchAttributes: [{ key: PROJECT, value: projectId }],
            args: [],
          }),
        )
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
  }
}
