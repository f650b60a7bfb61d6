import { inProject } from '#db/connection.ts'
import { claimPlace, keepBefore, lockPlace, readClaim, type OrderPlace } from '#db/platforms/orders.ts'
import { findLastSend } from '#db/platforms/platform-answers.ts'
import { addPlatformEntry, findPlatformEntries } from '#db/platforms/platform-entries.ts'
import type { HeldEntry, HoldingPlatform, Place } from '#domain/platforms/holding-platform.ts'
import { matchOrder } from '#domain/platforms/match-order.ts'
import type { PlatformAnswer } from './ask-platform.ts'
import { keepOutcome, type AtHolder } from './keep-outcome.ts'
import { CHANGED, markSend } from './mark-send.ts'

/** Its clock is not ours. */
const CLOCKS_APART_MS = 3_600_000
/** So long after an order went out its history should show it; then a person has to find out. */
const PATIENCE_MS = 15 * 60_000
const BUSY_PAUSE_MS = 2_000
/** More pages than this of one account and one hour are a fault of the platform. */
const PAGES_MAX = 200

/**
 * On a platform that keeps no reference of ours: what its history holds is written down first, then the order goes out,
 * once, and what is new in the history afterwards tells what became of it. One order at a time for each place.
 */
export async function placeByHistory(at: AtHolder, send: number): Promise<PlatformAnswer> {
  const { deps, facts, found, holder } = at
  const place = placeOf(at)
  const claim = await inProject(deps.db, facts.projectId, async (trx) => {
    await lockPlace(trx, place)
    return claimPlace(trx, place, facts)
  })
  if (!claim) return notSent(at, 'another order is under way at this place')
  if (claim.before !== null) return { kind: 'unknown' }
  const entries = await listEntries(holder, found.order, before(claim.openedAt))
  if (!entries) return notSent(at, 'the history could not be read')
  const ids = entries.map(({ entryId }) => entryId)
  // In one step with the mark: it is never written again while a send is marked.
  const marked = await markSend(at, send, async (trx) => {
    await lockPlace(trx, place)
    return keepBefore(trx, facts.id, ids)
  })
  if (marked === 'before') return { kind: 'unknown' }
  if (marked === 'changed') return keepOutcome(at, 'send', CHANGED)
  // From here on it may have gone out, whatever we hear of it.
  const answer = await holder.place(found.order)
  if (answer.kind === 'refused' || answer.kind === 'not_sent') return keepOutcome(at, 'send', answer)
  await keepOutcome(at, 'send', answer.kind === 'confirmed' ? { kind: 'pending' } : answer)
  return matchByHistory(at)
}

/** Safe to repeat: it only asks, and an entry belongs to one operation for good. */
export async function matchByHistory(at: AtHolder): Promise<PlatformAnswer> {
  const { deps, facts, found, holder } = at
  const claim = await inProject(deps.db, facts.projectId, (trx) => readClaim(trx, facts.id))
  const sentAt = await findLastSend(deps.db, facts.projectId, facts.id)
  // Nothing goes out before both are written down.
  if (!claim?.before || !sentAt) return keepOutcome(at, 'look_up', { kind: 'absent' })
  const entries = await listEntries(holder, found.order, before(claim.openedAt))
  if (!entries)
    return keepOutcome(at, 'look_up', { kind: 'unknown', reason: 'the history could not be read' })
  const matched = matchOrder(found.order, entries, await known(at, claim.before, entries))
  if (matched.kind === 'several') return keepOutcome(at, 'look_up', { kind: 'ambiguous' })
  if (matched.kind === 'found') return take(at, matched.entry)
  const isOverdue = deps.now().getTime() - sentAt.getTime() > PATIENCE_MS
  return keepOutcome(
    at,
    'look_up',
    isOverdue ? { kind: 'ambiguous' } : { kind: 'unknown', reason: 'the history does not show it' },
  )
}

async function known(
  { deps, facts, ...at }: AtHolder,
  earlier: readonly string[],
  entries: readonly HeldEntry[],
): Promise<Set<string>> {
  const ids = entries.map(({ entryId }) => entryId)
  const taken = await inProject(deps.db, facts.projectId, (trx) => findPlatformEntries(trx, placeOf(at), ids))
  const others = [...taken].filter(([, operation]) => operation !== facts.id).map(([id]) => id)
  return new Set([...earlier, ...others])
}

async function take(at: AtHolder, entry: HeldEntry): Promise<PlatformAnswer> {
  const { deps, facts } = at
  const { entryId, at: happenedAt } = entry
  const minor = facts.kind === 'platform_deposit' ? facts.recipientAmount : -facts.senderAmount
  const isOurs = await inProject(deps.db, facts.projectId, (trx) =>
    addPlatformEntry(trx, placeOf(at), {
      entryId,
      at: happenedAt,
      amount: minor,
      operationId: facts.id,
      projectId: facts.projectId,
    }),
  )
  if (!isOurs) return keepOutcome(at, 'look_up', { kind: 'ambiguous' })
  return keepOutcome(at, 'look_up', { kind: 'confirmed', platformReference: entryId, at: happenedAt })
}

function notSent(at: AtHolder, reason: string): Promise<PlatformAnswer> {
  return keepOutcome(at, 'send', { kind: 'not_sent', reason, retryAfterMs: BUSY_PAUSE_MS })
}

function placeOf({ found: { platformId, order } }: Pick<AtHolder, 'found'>): OrderPlace {
  return { platformId, account: order.account, currency: order.currency }
}

function before(openedAt: Date): Date {
  return new Date(openedAt.getTime() - CLOCKS_APART_MS)
}

/** Undefined where not all of it could be read: nothing may be left out. */
export async function listEntries(
  holder: HoldingPlatform,
  { account, currency }: Place,
  since: Date,
): Promise<HeldEntry[] | undefined> {
  const listed: HeldEntry[] = []
  let page: string | null = null
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const answer = await holder.entries({ account, currency, since, page })
    if (answer.kind === 'unknown') return undefined
    listed.push(...answer.entries)
    page = answer.next
    if (page === null) return listed
  }
  return undefined
}
