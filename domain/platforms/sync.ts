import { isId, type Id } from '../ids.ts'

/**
 * What a sync of one asset came to. agrees: our mirror is what the platform says. differs: it is not, and nothing explains it. busy: an
 * order is under way, so nothing can be said yet. away: the platform gave no usable answer; the mirror is stale, not wrong.
 */
export type SyncState = 'agrees' | 'differs' | 'busy' | 'away'

/** A sync of one asset, and one of all assets of a platform. */
export function assetSyncId(platform: string, asset: string): string {
  return `sync/${platform}/${asset}`
}
export function platformSyncId(platform: string): string {
  return `sync/${platform}`
}

export type SyncOf = { readonly platform: Id<'plt'>; readonly asset?: Id<'coin'> }

/** Undefined where the id is not one of these: then somebody started the workflow by hand. */
export function syncOfWorkflow(workflowId: string): SyncOf | undefined {
  const [prefix, platform = '', asset, ...more] = workflowId.split('/')
  if (prefix !== 'sync' || !isId('plt', platform) || more.length > 0) return undefined
  if (asset === undefined) return { platform }
  return isId('coin', asset) ? { platform, asset } : undefined
}
