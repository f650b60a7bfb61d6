import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client'
import { assetSyncId, platformSyncId, type SyncState } from '#domain/sync.ts'
import type { assetSync, platformSync } from '#workflows/index.ts'
import { REPORTS_QUEUE } from '#workflows/policy.ts'

/** Asks for a sync besides those of the schedule. One that is under way is joined. */
export type Syncs = {
  /** `later`: no answer in time; it goes on. */
  syncAsset(
    asked: { readonly platform: string; readonly asset: string },
    deadlineMs: number,
  ): Promise<SyncState | 'later'>
  syncPlatform(platform: string): Promise<void>
}

const START_WITHIN_MS = 2_000

export function createSyncs(client: Client): Syncs {
  const common = {
    taskQueue: REPORTS_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    args: [],
  } as const

  return {
    syncAsset: async ({ platform, asset }, deadlineMs) => {
      const handle = await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
        client.workflow.start<typeof assetSync>('assetSync', {
          ...common,
          workflowId: assetSyncId(platform, asset),
          staticSummary: 'Sync of one asset',
        }),
      )
      const result = handle.result().then((state) => state ?? 'away')
      const late = new Promise<'later'>((resolve) => setTimeout(resolve, deadlineMs, 'later').unref())
      return Promise.race([result, late])
    },
    syncPlatform: async (platform) => {
      try {
        await client.withDeadline(Date.now() + START_WITHIN_MS, () =>
          client.workflow.start<typeof platformSync>('platformSync', {
            ...common,
            workflowId: platformSyncId(platform),
            staticSummary: 'Sync of a platform',
          }),
        )
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }
    },
  }
}
