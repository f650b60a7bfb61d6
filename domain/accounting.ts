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

export type LegType = 'transfer' | 'issue' | 'redeem' | 'capture' | 'reversal'
/** `amount` is minor units, more than zero, out of `from` and into `to`. */
export type Leg = {
  readonly type: LegType
  readonly from: string
  readonly to: string
  readonly amount: bigint
}

/** System accounts are named by what they are, one of each type for each issuer. */
export function systemAccount(issuerId: string, type: SystemAccountType): string {
  return `${issuerId}:${type}`
}

/** issuing_balance mirrors, from outside, what circulates; payouts on their way and suspense still circulate. */
export function usageOf(type: SystemAccountType): 'accounting' | 'circulation' {
  return type === 'issuing_balance' ? 'accounting' : 'circulation'
}

type Movement = { readonly issuerId: string; readonly coinId: string; readonly amount: bigint }

/** Money comes into circulation on a coin. Commission is zero here, so nothing is split in technical transit. */
export function issueTo({ issuerId, coinId, amount }: Movement): Leg[] {
  const transit = systemAccount(issuerId, 'issuing_transit')
  return [
    { type: 'issue', from: systemAccount(issuerId, 'issuing_balance'), to: transit, amount },
    { type: 'transfer', from: transit, to: coinId, amount },
  ]
}

/** The held amount leaves the coin and waits for the bank. */
export function captureForPayout({ issuerId, coinId, amount }: Movement): Leg[] {
  return [{ type: 'capture', from: coinId, to: systemAccount(issuerId, 'payout_transit'), amount }]
}

/** The bank has paid: what waited goes out of circulation. */
export function redeemFromPayout({ issuerId, amount }: Movement): Leg[] {
  const transit = systemAccount(issuerId, 'issuing_transit')
  return [
    { type: 'transfer', from: systemAccount(issuerId, 'payout_transit'), to: transit, amount },
    { type: 'redeem', from: transit, to: systemAccount(issuerId, 'issuing_balance'), amount },
  ]
}

/** The bank has refused: the client gets it back, as a line of its own. */
export function giveBackFromPayout({ issuerId, coinId, amount }: Movement): Leg[] {
  return [{ type: 'reversal', from: systemAccount(issuerId, 'payout_transit'), to: coinId, amount }]
}

export function transferBetween(from: string, to: string, amount: bigint): Leg[] {
  return [{ type: 'transfer', from, to, amount }]
}
