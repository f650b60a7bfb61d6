import type { Knex } from 'knex'
import { isCoinClosed } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { isPlaceBusy, lockPlace } from '#db/platforms/orders.ts'
import { addPlatformEntry, findPlatformEntries, listEntriesOf } from '#db/platforms/platform-entries.ts'
import { findOrdersNamed, findOwnOrders, isEntryBooked, readMirror } from '#db/platforms/syncs.ts'
import type { HeldEntry } from '#domain/platforms/holding-platform.ts'
import { formatAmount } from '#domain/money.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { parseSigned } from '#domain/platforms/platform-amount.ts'
import { kindOfEntry, readOrder, type OwnOrder } from '#domain/platforms/platform-entry.ts'
import { bookEntryStep } from '#domain/operations/step.ts'
import type { StepAnswer } from '#ledger/apply-steps.ts'
import { operationOfEntry } from './operation-of-entry.ts'
import { noteDifference, noteDifferenceIn } from './note-difference.ts'
import type { Syncing } from './syncing.ts'

export type Booked = {
  /** Some of it belongs to an order that is under way, or may; it is for the next sync. */
  readonly isBusy: boolean
  /** What the book did not take, such as a debit of what is held; it is tried again until it does. */
  readonly left: readonly HeldEntry[]
}

export async function bookEntries(syncing: Syncing, entries: readonly HeldEntry[]): Promise<Booked> {
  const { asset } = syncing
  const { taken, own, named } = await findKnown(syncing, entries)
  let isBusy = false
  const left: HeldEntry[] = []
  const ours = new Map<OwnOrder, Moved[]>()
  for (const entry of entries) {
    const minor = parseSigned(entry.amount, asset.currency) ?? 0n
    if (taken.has(entry.entryId) || minor === 0n) continue
    const order = own.get(entry.reference ?? '') ?? named.get(entry.entryId)
    if (order) {
      ours.set(order, [...(ours.get(order) ?? []), { entry, minor }])
      continue
    }
    const came = await bookTheirs(syncing, { entry, minor })
    isBusy ||= came === 'busy'
    if (came === 'left') left.push(entry)
  }
  for (const [order, moved] of ours) isBusy = !(await keepOurs(syncing, order, moved)) || isBusy
  return { isBusy, left }
}

/** What is taken already, and what is an order's by our reference, or by the name that a person gave us. */
async function findKnown(syncing: Syncing, entries: readonly HeldEntry[]) {
  const { deps, asset, holder } = syncing
  const ids = entries.map(({ entryId }) => entryId)
  const references = entries.flatMap(({ reference }) => reference ?? [])
  return inProject(deps.db, asset.projectId, async (trx) => ({
    taken: await findPlatformEntries(trx, placeOf(syncing), ids),
    own: await findOwnOrders(trx, asset.coinId, references),
    named: await findOrdersNamed(trx, asset.coinId, holder.lookUp ? [] : ids),
  }))
}

type Moved = { readonly entry: HeldEntry; readonly minor: bigint }

/**
 * What has come of an order of ours belongs to it, also where it is not what we have booked. False while it is under way.
 * With the lock, for of two syncs at once each might see a part, and the one that is late open what the other has closed.
 */
async function keepOurs(syncing: Syncing, order: OwnOrder, moved: readonly Moved[]): Promise<boolean> {
  const { deps, asset, startedAt } = syncing
  return inProject(deps.db, asset.projectId, async (trx) => {
    const place = placeOf(syncing)
    await lockPlace(trx, place)
    const all = await listEntriesOf(trx, place, order.id)
    for (const { entry, minor } of moved) all.set(entry.entryId, minor)
    const sum = [...all.values()].reduce((one, other) => one + other, 0n)
    const meaning = readOrder(sum, order, startedAt)
    if (meaning.kind === 'waits') return false
    for (const one of moved) await keep(trx, syncing, { ...one, operation: order.id })
    const kind = meaning.kind === 'differs' ? meaning.break : 'other_amount'
    const found = meaning.kind === 'differs' ? sidesOf(syncing, order, sum) : undefined
    await noteDifferenceIn(trx, syncing, { kind, subject: order.id, found })
    return true
  })
}

/** The platform has moved something under a reference of ours otherwise than we have it. */
function sidesOf({ asset: { currency } }: Syncing, { state, moves }: OwnOrder, sum: bigint) {
  const say = (minor: bigint) => `${formatAmount(minor, currency.fraction)} ${currency.code}`
  return { ours: state === 'processed' ? say(moves) : state, theirs: say(sum) }
}

/** busy: an order of ours was opened meanwhile, whose entry this may be; that is only so where references are not kept. */
async function bookTheirs(syncing: Syncing, { entry, minor }: Moved): Promise<'booked' | 'left' | 'busy'> {
  const { deps, asset, holder, startedAt } = syncing
  if (holder.lookUp) return book(syncing, { entry, minor })
  return inProject(deps.db, asset.projectId, async (trx) => {
    const place = placeOf(syncing)
    await lockPlace(trx, place)
    if (await isPlaceBusy(trx, place, startedAt)) return 'busy'
    return book(syncing, { entry, minor })
  })
}

/** The asset was closed while it was being synced: what is not booked by then is of the asset that is kept there next. */
export class AssetClosed extends Error {}

export function isClosedNow({ deps, asset }: Syncing): Promise<boolean> {
  return inProject(deps.db, asset.projectId, (trx) => isCoinClosed(trx, asset.coinId))
}

async function book(syncing: Syncing, { entry, minor }: Moved): Promise<'booked' | 'left'> {
  const { deps, asset, startedAt } = syncing
  const { available, isTooMuch } = await inProject(deps.db, asset.projectId, async (trx) => {
    const mirror = await readMirror(trx, asset.coinId, startedAt)
    const isLess = mirror.available + minor < 0n
    // What another sync has booked, or one that was killed before it had kept the entry, is off the balance already.
    return { ...mirror, isTooMuch: isLess && !(await isEntryBooked(trx, asset.coinId, entry.entryId)) }
  })
  const subject = `${asset.coinId} ${entry.entryId}`
  if (isTooMuch) {
    if (await isClosedNow(syncing)) throw new AssetClosed()
    const say = (some: bigint) => `${formatAmount(some, asset.currency.fraction)} ${asset.currency.code}`
    const found = { ours: `${say(available)} available`, theirs: say(minor) }
    await noteDifference(syncing, { kind: 'entry_not_booked', subject, found })
    return 'left'
  }
  const answer = await apply(syncing, { entry, minor })
  if (answer.refusal === 'coin_inactive') throw new AssetClosed()
  const refusal = answer.refusal ?? (answer.to === 'processed' ? null : answer.outcome)
  const found = refusal === null ? undefined : { ours: refusal, theirs: entry.amount }
  await noteDifference(syncing, { kind: 'entry_not_booked', subject, found })
  if (refusal !== null) return 'left'
  await inProject(deps.db, asset.projectId, (trx) =>
    keep(trx, syncing, { entry, minor, operation: answer.operation }),
  )
  return 'booked'
}

/** What was refused before stays so: then the next one is tried. All try them in this order, so that one of them is booked at most. */
async function apply(syncing: Syncing, moved: Moved, refused = 0): Promise<StepAnswer> {
  const { deps, asset } = syncing
  const answer = await deps.ledger.apply(asset.projectId, stepOf(syncing, moved, refused), 'workflow')
  const isOld = answer.outcome === 'repeated' && answer.refusal !== null
  return isOld ? apply(syncing, moved, refused + 1) : answer
}

function stepOf(syncing: Syncing, { entry, minor }: Moved, refused: number) {
  const { asset } = syncing
  const kind = kindOfEntry(minor)
  const amount = minor < 0n ? -minor : minor
  const { entryId, at } = entry
  const amounts = { amount, senderAmount: amount, recipientAmount: amount, rules: NOTHING_PINNED }
  const facts = {
    ...amounts,
    id: operationOfEntry({ ...placeOf(syncing), entryId, at }, refused),
    kind,
    projectId: asset.projectId,
    needsDecision: false,
    coinId: asset.coinId,
    counterCoinId: null,
    organizationId: asset.organizationId,
    issuerId: asset.issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: asset.platformId,
    bankAccountId: null,
    bankLineId: null,
  } as const
  return bookEntryStep(facts, {
    ...amounts,
    coin: asset.coinId,
    counterCoin: null,
    issuer: asset.issuerId,
    organization: asset.organizationId,
    description: entry.what,
    platform: asset.platformId,
    platformReference: entryId,
    platformAt: at,
  })
}

async function keep(
  trx: Knex,
  syncing: Syncing,
  { entry, minor, operation }: Moved & { readonly operation: string },
): Promise<void> {
  await addPlatformEntry(trx, placeOf(syncing), {
    entryId: entry.entryId,
    at: entry.at,
    amount: minor,
    operationId: operation,
    projectId: syncing.asset.projectId,
  })
}

function placeOf({ asset: { platformId, account, currency } }: Syncing) {
  return { platformId, account, currency: currency.code }
}
