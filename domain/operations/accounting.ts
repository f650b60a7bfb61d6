/** Which accounts each step moves money between. The model: reference of the money API, "accounting model". */
export const SYSTEM_ACCOUNT_TYPES = [
  'issuing_balance',
  'issuing_transit',
  'technical_transit',
  'payout_transit',
  'suspense',
  'regular_system_commission',
  'business_system_commission',
] as const
export type SystemAccountType = (typeof SYSTEM_ACCOUNT_TYPES)[number]

export type LegType = 'transfer' | 'issue' | 'redeem' | 'capture' | 'reversal' | 'commission'
/** `amount` is minor units, more than zero, out of `from` and into `to`. */
export type Leg = {
  readonly type: LegType
  readonly from: string
  readonly to: string
  readonly amount: bigint
  /** Where it is not the operation's. */
  readonly issuer?: string
}

/** System accounts are named by what they are, one of each type for each issuer. */
export function systemAccount(issuerId: string, type: SystemAccountType): string {
  return `${issuerId}:${type}`
}

/** A client's account is named by its coin. */
export function isSystemAccount(account: string): boolean {
  return account.includes(':')
}

/** issuing_balance mirrors, from outside, what circulates; payouts on their way and suspense still circulate. */
export function usageOf(type: SystemAccountType): 'accounting' | 'circulation' {
  return type === 'issuing_balance' ? 'accounting' : 'circulation'
}

/** One amount leaves, another arrives, and the difference is the commission; minor units. */
export type Movement = {
  readonly issuerId: string
  readonly senderAmount: bigint
  readonly recipientAmount: bigint
  /** Whose revenue the commission is. */
  readonly revenue: RevenueType
  /** What the first leg is; a transfer unless said. */
  readonly type?: LegType
}
export type RevenueType = Extract<
  SystemAccountType,
  'regular_system_commission' | 'business_system_commission'
>

/** Money comes into circulation: onto a coin, or into suspense. */
export function issueTo(to: string, movement: Movement): Leg[] {
  const { issuerId, senderAmount: amount } = movement
  const transit = systemAccount(issuerId, 'issuing_transit')
  return [
    { type: 'issue', from: systemAccount(issuerId, 'issuing_balance'), to: transit, amount },
    ...moveBetween(transit, to, movement),
  ]
}

/** Money goes out of circulation. */
export function redeemFrom(from: string, { issuerId, amount }: { issuerId: string; amount: bigint }): Leg[] {
  const transit = systemAccount(issuerId, 'issuing_transit')
  return [
    { type: 'transfer', from, to: transit, amount },
    { type: 'redeem', from: transit, to: systemAccount(issuerId, 'issuing_balance'), amount },
  ]
}

/** A platform has exchanged one for the other: what was sold leaves circulation, what was bought comes into it. */
export function exchange(sold: Held, bought: Held): Leg[] {
  const issued = issueTo(bought.account, {
    issuerId: bought.issuerId,
    senderAmount: bought.amount,
    recipientAmount: bought.amount,
    revenue: 'regular_system_commission',
  })
  return [...redeemFrom(sold.account, sold), ...issued.map((leg) => ({ ...leg, issuer: bought.issuerId }))]
}
type Held = { readonly account: string; readonly issuerId: string; readonly amount: bigint }

/** Money leaves circulation with a commission: what the client gets goes out, the rest is revenue. */
export function redeemWithCommission(from: string, movement: Movement): Leg[] {
  const { issuerId, recipientAmount: amount } = movement
  const transit = systemAccount(issuerId, 'issuing_transit')
  return [
    ...moveBetween(from, transit, movement),
    { type: 'redeem', from: transit, to: systemAccount(issuerId, 'issuing_balance'), amount },
  ]
}

/** From one account to another; where a commission is due the amount is split in technical transit, which is 0 after. */
export function moveBetween(from: string, to: string, movement: Movement): Leg[] {
  const { issuerId, senderAmount, recipientAmount, revenue, type = 'transfer' } = movement
  const commission = senderAmount - recipientAmount
  if (commission === 0n) return [{ type, from, to, amount: senderAmount }]
  const technical = systemAccount(issuerId, 'technical_transit')
  return [
    { type, from, to: technical, amount: senderAmount },
    { type: 'transfer', from: technical, to, amount: recipientAmount },
    { type: 'commission', from: technical, to: systemAccount(issuerId, revenue), amount: commission },
  ]
}

/** The bank has refused: the client gets back what waited and what was charged for it, as lines of their own. */
export function giveBackFromPayout(to: string, movement: Movement): Leg[] {
  const { issuerId, senderAmount, recipientAmount, revenue } = movement
  const commission = senderAmount - recipientAmount
  return [
    { type: 'reversal', from: systemAccount(issuerId, 'payout_transit'), to, amount: recipientAmount },
    ...(commission === 0n
      ? []
      : [{ type: 'reversal', from: systemAccount(issuerId, revenue), to, amount: commission } as const]),
  ]
}
