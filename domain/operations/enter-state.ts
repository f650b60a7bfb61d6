import type { OperationId } from '../ids.ts'
import {
  exchange,
  giveBackFromPayout,
  issueTo,
  moveBetween,
  redeemFrom,
  redeemWithCommission,
  systemAccount,
  type Leg,
  type RevenueType,
} from './accounting.ts'
import { isOrder, isOutgoing, type Kind, type State } from './operation.ts'
import type { PinnedRules } from './pinned-rules.ts'

/** What never changes about an operation once it was asked for; amounts in minor units. */
export type OperationFacts = {
  readonly id: OperationId
  readonly projectId: string
  readonly kind: Kind
  readonly needsDecision: boolean
  readonly coinId: string | null
  readonly counterCoinId: string | null
  readonly organizationId: string
  readonly issuerId: string
  readonly amount: bigint
  readonly senderAmount: bigint
  readonly recipientAmount: bigint
  /** Of a reversal: what is given back of the original's commission. */
  readonly commissionBack: bigint
  readonly revenue: RevenueType
  /** The label of the bank's platform that pays out, or the id of the one that keeps the balance; null where a person does it. */
  readonly platform: string | null
  /** Of a trade: what is bought. */
  readonly counterIssuerId?: string | null
  readonly bankAccountId: string | null
  /** The line whose money it moves; of a reversal, the one that the original moved. */
  readonly bankLineId: string | null
  readonly rules: PinnedRules
}

/** What moves with a step, besides the state. */
export type Movements = {
  readonly legs?: readonly Leg[]
  readonly hold?: Hold
  readonly line?: LineUse
  /** What was taken of limits is given back. */
  readonly releaseLimits?: true
  /** The client is frozen with it. */
  readonly freeze?: true
}

type Hold = {
  readonly action: 'place' | 'capture' | 'release'
  readonly account: string
  readonly amount: bigint
}
/** claim: spoken for. settle: its money has gone where it belongs. free: open again. reopen: a new line, for money that is back. */
type LineUse = { readonly action: 'claim' | 'settle' | 'free' | 'reopen'; readonly id: string }
/** Kinds whose money leaves through a bank. */
export function isPaidOut(kind: Kind): boolean {
  return kind === 'withdrawal' || kind === 'suspense_return'
}

/** `decideInMs`: how long the decision may take that is awaited from then on; without it as long as the project says. */
export type Entry = Movements & { readonly to: State; readonly decideInMs?: number }

/** Minor units of what a platform says it has sold and bought. */
export type Traded = { readonly soldAmount: bigint; readonly boughtAmount: bigint }

/** `isHeld`: it waited before, and what it needs is spoken for. */
type Entering = { readonly isHeld: boolean; readonly traded?: Traded | undefined }

/** How the money moves when the operation enters a state. */
export function enter(facts: OperationFacts, to: State, { isHeld, traded }: Entering): Entry {
  switch (to) {
    case 'limited':
    case 'screening':
      return { to, ...(isHeld ? {} : claim(facts)) }
    case 'awaiting_decision': {
      const expires = facts.rules.approval?.expiresAfterMs ?? null
      return {
        to,
        ...(isHeld ? {} : claim(facts)),
        ...(expires === null ? {} : { decideInMs: expires }),
      }
    }
    case 'at_platform':
    case 'awaiting_reference':
      // What a platform keeps moves on its word alone; until then it is only spoken for.
      if (isOrder(facts.kind)) return { to, ...(isHeld ? {} : claim(facts)) }
      return { to, ...(isHeld ? capture(facts) : claimLine(facts)), legs: toPayoutTransit(facts) }
    case 'processed':
      return toProcessed(facts, { isHeld, traded })
    case 'declined':
    case 'rejected':
      return { to, ...release(facts) }
    case 'failed':
      if (isOrder(facts.kind)) return { to, ...release(facts) }
      return {
        to,
        ...freeLine(facts),
        releaseLimits: true,
        legs: giveBackFromPayout(sourceOf(facts), facts),
      }
    case 'received':
    case 'refused':
    case 'review':
    case 'outcome_unknown':
      return { to }
  }
}

function toProcessed(facts: OperationFacts, { isHeld, traded }: Entering): Entry {
  const to = 'processed'
  if (isPaidOut(facts.kind)) {
    const from = systemAccount(facts.issuerId, 'payout_transit')
    const legs = redeemFrom(from, { issuerId: facts.issuerId, amount: facts.recipientAmount })
    return { to, legs, ...settleLine(facts) }
  }
  return { to, ...(isHeld ? capture(facts) : {}), ...settleLine(facts), legs: bookLegs(facts, traded) }
}

/** The legs of what is booked without a bank in between. */
function bookLegs(facts: OperationFacts, traded: Traded | undefined): Leg[] {
  switch (facts.kind) {
    case 'top_up':
      return facts.bankLineId === null
        ? issueTo(coinOf(facts), facts)
        : moveBetween(suspenseOf(facts), coinOf(facts), facts)
    case 'opening_balance':
      return issueTo(coinOf(facts), facts)
    case 'transfer':
      return moveBetween(coinOf(facts), counterCoinOf(facts), facts)
    case 'reversal':
      return reversalLegs(facts)
    case 'bank_line':
      return issueTo(suspenseOf(facts), facts)
    case 'return':
      // Of a payout out of suspense: nobody's coin is named, and the money waits there again.
      return issueTo(facts.coinId ?? suspenseOf(facts), facts)
    case 'platform_deposit':
    case 'platform_credit':
      return issueTo(coinOf(facts), facts)
    case 'platform_withdrawal':
    case 'platform_debit':
      return redeemWithCommission(coinOf(facts), facts)
    case 'platform_trade':
      return tradeLegs(facts, traded)
    case 'withdrawal':
    case 'suspense_return':
      throw new Error(`a ${facts.kind} is booked through payout transit`)
  }
}

function tradeLegs(facts: OperationFacts, traded: Traded | undefined): Leg[] {
  const { id, issuerId, counterIssuerId } = facts
  if (!traded || !counterIssuerId) throw new Error(`the trade ${id} has bought nothing`)
  return exchange(
    { account: coinOf(facts), issuerId, amount: traded.soldAmount },
    { account: counterCoinOf(facts), issuerId: counterIssuerId, amount: traded.boughtAmount },
  )
}

/**
 * A correction: what the recipient got goes back to where it came from, and with it the part of the commission that
 * belongs to it: to the sender's coin, to suspense if it came from a bank line, or out of circulation.
 */
function reversalLegs(facts: OperationFacts): Leg[] {
  const { issuerId, amount, commissionBack, revenue, counterCoinId, bankLineId } = facts
  const from = coinOf(facts)
  if (counterCoinId === null && bankLineId === null)
    return [
      ...redeemFrom(from, { issuerId, amount }),
      ...(commissionBack === 0n
        ? []
        : redeemFrom(systemAccount(issuerId, revenue), { issuerId, amount: commissionBack })),
    ]
  const to = counterCoinId ?? suspenseOf(facts)
  const back: Leg = { type: 'reversal', from, to, amount }
  if (commissionBack === 0n) return [back]
  return [back, { type: 'reversal', from: systemAccount(issuerId, revenue), to, amount: commissionBack }]
}

function toPayoutTransit(facts: OperationFacts): Leg[] {
  const type = facts.kind === 'withdrawal' ? 'capture' : 'transfer'
  const transit = systemAccount(facts.issuerId, 'payout_transit')
  return moveBetween(sourceOf(facts), transit, { ...facts, type })
}

function claim(facts: OperationFacts): Movements {
  return { ...(isOutgoing(facts.kind) ? { hold: hold(facts, 'place') } : {}), ...claimLine(facts) }
}
function capture(facts: OperationFacts): Movements {
  return isOutgoing(facts.kind) ? { hold: hold(facts, 'capture') } : {}
}
function release(facts: OperationFacts): Movements {
  return {
    ...(isOutgoing(facts.kind) ? { hold: hold(facts, 'release') } : {}),
    ...freeLine(facts),
    releaseLimits: true,
  }
}

function claimLine(facts: OperationFacts): Movements {
  return ownLine(facts, 'claim')
}
function settleLine(facts: OperationFacts): Movements {
  const { kind, bankLineId, counterCoinId } = facts
  const isBack = kind === 'return' || (kind === 'reversal' && counterCoinId === null)
  if (isBack && bankLineId !== null) return { line: { action: 'reopen', id: bankLineId } }
  return ownLine(facts, 'settle')
}
function freeLine(facts: OperationFacts): Movements {
  return ownLine(facts, 'free')
}
/** A bank line's own operation brings the money; those that come later move it. */
function ownLine({ kind, bankLineId }: OperationFacts, action: LineUse['action']): Movements {
  if (bankLineId === null || kind === 'bank_line' || kind === 'reversal') return {}
  return { line: { action, id: bankLineId } }
}

function hold(facts: OperationFacts, action: Hold['action']): Hold {
  return { action, account: coinOf(facts), amount: facts.senderAmount }
}

function sourceOf(facts: OperationFacts): string {
  return facts.kind === 'suspense_return' ? suspenseOf(facts) : coinOf(facts)
}
function suspenseOf({ issuerId }: OperationFacts): string {
  return systemAccount(issuerId, 'suspense')
}
function coinOf({ id, coinId }: OperationFacts): string {
  if (coinId === null) throw new Error(`operation ${id} has no coin`)
  return coinId
}
function counterCoinOf({ id, counterCoinId }: OperationFacts): string {
  if (counterCoinId === null) throw new Error(`operation ${id} has no second coin`)
  return counterCoinId
}
