import { inProject } from '#db/connection.ts'
import type { NamedFacts } from '#db/operations/operation-facts.ts'
import type { FoundOrder } from '#db/platforms/orders.ts'
import { addPlatformAnswer } from '#db/platforms/platform-answers.ts'
import { setPlatformBalance } from '#db/platforms/platform-entries.ts'
import type { OpenedPlatform } from '#domain/platforms/holders.ts'
import type { OrderLookup, OrderOutcome } from '#domain/platforms/holding-platform.ts'
import { parseSigned } from '#domain/platforms/platform-amount.ts'
import type { ActivityDeps } from '../deps.ts'
import type { PlatformAnswer } from './ask-platform.ts'

/** An order, and the platform that it is for. */
export type AtHolder = {
  readonly deps: ActivityDeps
  readonly facts: NamedFacts
  readonly found: FoundOrder
  readonly holder: OpenedPlatform
}

/** Keeps the answer in Postgres, and lets through what the workflow may know. */
export async function keepOutcome(
  at: AtHolder,
  call: 'send' | 'look_up',
  said: OrderOutcome | OrderLookup | { readonly kind: 'ambiguous' },
): Promise<PlatformAnswer> {
  const { deps, facts } = at
  const answer = said.kind === 'confirmed' ? readConfirmed(at, said) : said
  await addPlatformAnswer(deps.db, facts.projectId, {
    operationId: facts.id,
    call,
    kind: answer.kind,
    platformReference: 'platformReference' in answer ? answer.platformReference : undefined,
    reason: 'reason' in answer ? answer.reason : undefined,
  })
  if (answer.kind === 'confirmed') {
    await readBalance(at)
    return answer
  }
  return answer.kind === 'not_sent'
    ? { kind: answer.kind, retryAfterMs: answer.retryAfterMs ?? 0 }
    : { kind: answer.kind }
}

type Confirmed = Extract<OrderOutcome, { kind: 'confirmed' }>
type Told = Omit<Extract<PlatformAnswer, { at: string }>, 'kind'> & { readonly kind: 'confirmed' }

/** Of a trade, what was sold and bought has to be exact in our currencies, or we do not know what to book. */
function readConfirmed(
  { facts, found }: AtHolder,
  { platformReference, at, sold, bought }: Confirmed,
): Told | { readonly kind: 'unknown'; readonly reason: string } {
  const told = { kind: 'confirmed', platformReference, at } as const
  if (facts.kind !== 'platform_trade') return told
  const { counterCurrency: code, counterFraction: fraction } = facts
  const soldAmount = parseSigned(sold ?? found.order.amount, found.currency) ?? 0n
  const boughtAmount = parseSigned(bought ?? '', { code: code ?? '', fraction: fraction ?? 0 }) ?? 0n
  if (soldAmount <= 0n || boughtAmount <= 0n || soldAmount > facts.senderAmount)
    return { kind: 'unknown', reason: 'the amounts of the trade cannot be booked' }
  return { ...told, soldAmount: soldAmount.toString(), boughtAmount: boughtAmount.toString() }
}

/** What the platform says its balance is now; without an answer the last one stands, with its time. */
async function readBalance({ deps, facts, found, holder }: AtHolder): Promise<void> {
  const at = deps.now()
  const said = await holder.balance(found.order)
  if (said.kind !== 'known') return
  const minor = parseSigned(said.balance, found.currency)
  if (minor === undefined) return
  await inProject(deps.db, facts.projectId, (trx) => setPlatformBalance(trx, found.coinId, { minor, at }))
}
