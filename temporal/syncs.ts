import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, type Client } from '@temporalio/client'
import { assetSyncId, platformSyncId, type SyncState } from '#domain/platforms/sync.ts'
import type { assetSync, platformSync } from '#workflows/index.ts'
import { REPORTS_QUEUE } from '#workflows/policy.ts'
import { isAway } from './is-away.ts'

/** Asks for a sync besides those of the schedule. One that is under way is joined. `unavailable`: none can be asked for now. */
export type Syncs = {
  /** `later`: no answer in time, or somebody ended it; it goes on, or the schedule begins it anew. */
  syncAsset(
    asked: { readonly platform: string; readonly asset: string },
    deadlineMs: number,
  ): Promise<SyncState | 'later' | 'unavailable'>
  syncPlatform(platform: string): Promise<'started' | 'unavailable'>
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
      const handle = await unlessAway(() =>
        client.withDeadline(Date.now() + START_WITHIN_MS, () =>
          client.workflow.start<typeof assetSync>('assetSync', {
            ...common,
            workflowId: assetSyncId(platform, asset),
            staticSummary: 'Sync of one asset',
          }),
        ),
      )
      if (handle === 'unavailable') return handle
      const result = handle.result().then((state) => state ?? 'away', laterIfEnded)
      const late = new Promise<'later'>((resolve) => setTimeout(resolve, deadlineMs, 'later').unref())
      return Promise.race([result, late])
    },
    syncPlatform: async (platform) => {
      const begun = await unlessAway(() =>
        client
          .withDeadline(Date.now() + START_WITHIN_MS, () =>
            client.workflow.start<typeof platformSync>('platformSync', {
              ...common,
              workflowId: platformSyncId(platform),
              staticSummary: 'Sync of a platform',
            }),
          )
          .catch(ignoreRunning),
      )
      return begun === 'unavailable' ? begun : 'started'
    },
  }
}

async function unlessAway<T>(work: () => Promise<T>): Promise<T | 'unavailable'> {
  try {
    return await work()
  } catch (error) {
    if (isAway(error)) return 'unavailable'
    throw error
  }
}

function ignoreRunning(error: unknown): void {
  if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
}

function laterIfEnded(error: unknown): 'later' {
  if (isAway(error) || error instanceof WorkflowFailedError) return 'later'
  throw error
}
