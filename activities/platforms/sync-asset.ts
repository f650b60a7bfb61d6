import { ApplicationFailure } from '@temporalio/activity'
import { inProject } from '#db/connection.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { findEntriesOfOthers, setPlatformBalance } from '#db/platforms/platform-entries.ts'
import { findSyncedAsset, readMirror, recordSync } from '#db/platforms/syncs.ts'
import { formatAmount } from '#domain/money.ts'
import { PlatformUnavailable } from '#domain/platforms/holders.ts'
import type { HeldEntry } from '#domain/platforms/holding-platform.ts'
import { parseSigned } from '#domain/platforms/platform-amount.ts'
import type { SyncState } from '#domain/platforms/sync.ts'
import type { ActivityDeps } from '../deps.ts'
import { AssetClosed, bookEntries, isClosedNow } from './book-entries.ts'
import { listEntries } from './by-history.ts'
import { noteDifference } from './note-difference.ts'
import type { Syncing } from './syncing.ts'

/** Entries may come into a history later than they say they happened; its clock is not ours either. */
const OVERLAP_MS = 24 * 3_600_000
const CLOCKS_APART_MS = 3_600_000

/** What the platform had before the asset was linked to it stands under an entry of its own, one for each asset of a place. */
const OPENING = 'opening'

/**
 * Reads what moved the balance at the platform since the last time, books what it did by itself, once, and compares. A
 * platform that is away changes nothing: the mirror shows when it was last confirmed.
 *
 * Safe to repeat, also at the same moment: each entry is booked by an operation that is named by the entry.
 */
export function syncAsset(deps: ActivityDeps) {
  return async ({
    platform,
    asset: coin,
  }: {
    platform: string
    asset: string
  }): Promise<SyncState | null> => {
    const projectId = await findProjectOf(deps.db, platform)
    const asset =
      projectId === undefined
        ? undefined
        : await inProject(deps.db, projectId, (trx) => findSyncedAsset(trx, coin))
    if (asset?.platformId !== platform) return null
    try {
      const holder = await deps.holders.open(asset.projectId, asset.platformId)
      return await sync({ deps, asset, holder, startedAt: deps.now() })
    } catch (error) {
      if (error instanceof PlatformUnavailable) return 'away'
      if (error instanceof AssetClosed) return null
      throw error
    }
  }
}

/** Null where the asset is found to be closed meanwhile. */
async function sync(syncing: Syncing): Promise<SyncState | null> {
  const { deps, asset, startedAt } = syncing
  const first = await read(syncing)
  if (!first) return 'away'
  const mirror = () => inProject(deps.db, asset.projectId, (trx) => readMirror(trx, asset.coinId, startedAt))
  const own = await withoutOthers(syncing, first)
  const opening =
    asset.syncedTo === null ? await openingOf(syncing, { first, own }, (await mirror()).isMoving) : undefined
  if (opening === 'busy') return 'busy'
  const { isBusy, left } = await bookEntries(syncing, [...(opening ? [opening] : []), ...own])
  const { balance } = first
  // Without its opening the next sync is still the first one.
  const isRead = !isBusy && !(opening && left.includes(opening))
  await inProject(deps.db, asset.projectId, async (trx) => {
    await setPlatformBalance(trx, asset.coinId, { minor: balance, at: startedAt })
    if (isRead) await recordSync(trx, asset.coinId, { syncedTo: readTo(startedAt, left), at: startedAt })
  })
  const { posted, isMoving } = await mirror()
  if (isBusy || isMoving) return 'busy'
  if (posted !== balance) {
    if (!(await isStill(syncing, first))) return 'busy'
    if (await isClosedNow(syncing)) return null
  }
  return compare(syncing, { posted, balance })
}

/** Not past what could not be booked: it has to be read again, however long it takes. */
function readTo(startedAt: Date, left: readonly HeldEntry[]): Date {
  return new Date(Math.min(startedAt.getTime(), ...left.map(({ at }) => Date.parse(at))))
}

type Read = { readonly entries: readonly HeldEntry[]; readonly balance: bigint }

/** Undefined where the platform gave no usable answer, or one that is not exact in our currency. */
async function read({ asset, holder }: Syncing): Promise<Read | undefined> {
  const { account, currency } = asset
  const place = { account, currency: currency.code }
  // What is older is in the opening.
  const linkedMs = asset.createdAt.getTime() - CLOCKS_APART_MS
  const sinceMs = Math.max(linkedMs, (asset.syncedTo?.getTime() ?? 0) - OVERLAP_MS)
  const entries = await listEntries(holder, place, new Date(sinceMs))
  const said = await holder.balance(place)
  if (!entries || said.kind === 'unknown') return undefined
  if (said.kind === 'no_such_account') return { entries, balance: 0n }
  const balance = parseSigned(said.balance, currency)
  if (balance === undefined || entries.some(({ amount }) => parseSigned(amount, currency) === undefined))
    throw ApplicationFailure.nonRetryable('the platform has more decimals than the currency', 'Inexact')
  return { entries, balance }
}

/** Nothing has moved there between two looks; else what was read first was of no one moment. */
async function isStill(syncing: Syncing, first: Read): Promise<boolean> {
  const second = await read(syncing)
  const ids = ({ entries }: Read) => JSON.stringify(entries.map(({ entryId }) => entryId))
  return second !== undefined && second.balance === first.balance && ids(second) === ids(first)
}

/** What an asset has moved that was closed and kept here before stays its own: it has left nothing to the next one. */
async function withoutOthers({ deps, asset }: Syncing, { entries }: Read): Promise<HeldEntry[]> {
  const { projectId, coinId, platformId, account, currency } = asset
  const place = { coinId, platformId, account, currency: currency.code }
  const others = await inProject(deps.db, projectId, (trx) => findEntriesOfOthers(trx, place, entries))
  return entries.filter(({ entryId }) => !others.has(entryId))
}

/** What the platform had before the asset was linked: all that its history since then does not explain. */
async function openingOf(
  syncing: Syncing,
  { first, own }: { readonly first: Read; readonly own: readonly HeldEntry[] },
  isMoving: boolean,
): Promise<HeldEntry | 'busy' | undefined> {
  const { asset } = syncing
  const since = own.reduce((sum, { amount }) => sum + (parseSigned(amount, asset.currency) ?? 0n), 0n)
  const before = first.balance - since
  if (before === 0n) return undefined
  if (isMoving || !(await isStill(syncing, first))) return 'busy'
  return {
    entryId: `${OPENING}/${asset.coinId}`,
    reference: null,
    amount: formatAmount(before, asset.currency.fraction),
    at: asset.createdAt.toISOString(),
    what: OPENING,
  }
}

async function compare(
  syncing: Syncing,
  { posted, balance }: { posted: bigint; balance: bigint },
): Promise<SyncState> {
  const { asset } = syncing
  const say = (minor: bigint) => `${formatAmount(minor, asset.currency.fraction)} ${asset.currency.code}`
  const isEqual = posted === balance
  await noteDifference(syncing, {
    kind: 'mirror_differs',
    subject: asset.coinId,
    found: isEqual ? undefined : { ours: say(posted), theirs: say(balance) },
  })
  return isEqual ? 'agrees' : 'differs'
}
