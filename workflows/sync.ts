import {
  ActivityFailure,
  ChildWorkflowFailure,
  ParentClosePolicy,
  WorkflowIdReusePolicy,
  continueAsNew,
  executeChild,
  proxyActivities,
  setCurrentDetails,
  startChild,
  workflowInfo,
} from '@temporalio/workflow'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { PlatformActivities } from '#activities/index.ts'
import type { ReportActivities } from '#activities/reports/reports.ts'
import { assetSyncId, platformSyncId, syncOfWorkflow, type SyncState } from '#domain/platforms/sync.ts'
import { ASK_FOR_SYNC, MAKE_REPORT, REPORTS_QUEUE, platformQueue } from './policy.ts'

/** So many assets of one platform at a time, so that its history is read and its limits are kept. */
const AT_ONCE = 4

/**
 * One asset on a platform: its history and balance there are read, what the platform did by itself is booked, and what nothing explains
 * goes before people. Nothing is compensated: what is booked has happened there. A platform that is away makes the mirror stale.
 * @returns null where the workflow stands for nothing we know
 */
export async function assetSync(): Promise<SyncState | null> {
  const of = syncOfWorkflow(workflowInfo().workflowId)
  if (!of?.asset) return null
  const { syncAsset } = proxyActivities<PlatformActivities>({
    ...ASK_FOR_SYNC,
    taskQueue: platformQueue(of.platform),
  })
  try {
    const state = await syncAsset({ platform: of.platform, asset: of.asset })
    setCurrentDetails(state === null ? 'Started for nothing that is known here.' : WORDS[state])
    return state
  } catch (error) {
    // The next round asks again.
    if (error instanceof ActivityFailure) return 'away'
    throw error
  }
}

const WORDS: Readonly<Record<SyncState, string>> = {
  agrees: 'Our mirror is what the platform says.',
  differs: 'Our mirror is not what the platform says, and nothing explains it: see the breaks.',
  busy: 'An order is under way: nothing can be said yet.',
  away: 'The platform gave no usable answer. The mirror is stale, not wrong.',
}

/** All assets of a platform, a few at a time, each as a workflow of its own. */
export async function platformSync(after = ''): Promise<void> {
  const of = syncOfWorkflow(workflowInfo().workflowId)
  if (!of || of.asset !== undefined) return
  const { platform } = of
  const { listAssetsToSync } = proxyActivities<ReportActivities>(MAKE_REPORT)
  const assets = await listAssetsToSync({ platform, after })
  const waiting = [...assets]
  const hand = async () => {
    for (let asset = waiting.shift(); asset !== undefined; asset = waiting.shift())
      await syncOne(platform, asset)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, hand))
  const last = assets.at(-1)
  if (last !== undefined) await continueAsNew<typeof platformSync>(last)
}

async function syncOne(platform: string, asset: string): Promise<void> {
  try {
    await executeChild(assetSync, {
      workflowId: assetSyncId(platform, asset),
      args: [],
      staticSummary: 'Sync of one asset',
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
    })
  } catch (error) {
    // Somebody asked for it meanwhile, or has terminated it: the next round comes.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError || error instanceof ChildWorkflowFailure))
      throw error
  }
}

/** A round of the schedule: each platform by itself, so that a dead one keeps no other waiting. */
export async function syncRounds(): Promise<void> {
  const { listPlatformsToSync } = proxyActivities<ReportActivities>(MAKE_REPORT)
  for (const platform of await listPlatformsToSync()) {
    try {
      await startChild(platformSync, {
        workflowId: platformSyncId(platform),
        taskQueue: REPORTS_QUEUE,
        args: [],
        staticSummary: 'Sync of a platform',
        parentClosePolicy: ParentClosePolicy.ABANDON,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      })
    } catch (error) {
      // The round before is not through with it.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    }
  }
}
