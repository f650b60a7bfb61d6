/**
 * What any external system that moves money can be asked, and what it can answer.
 *
 * An answer that did not come is not a refusal: `unknown` is a value of its own, and only `lookUp` may turn it
 * into a definite one. The reference is ours, the same on every try, and is what the platform is asked about.
 */
export type Payout = {
  readonly reference: string
  /** Plain decimal in major units, exactly as many decimals as the currency has. */
  readonly amount: string
  readonly currency: string
  readonly creditor: {
    readonly fullName: string
    readonly iban?: string
    readonly accountNumber?: string
    readonly bic?: string
  }
}

/** Enough to find a payout again and to see that it is the one. */
export type Sought = Pick<Payout, 'reference' | 'amount' | 'currency'>

export type PayoutOutcome =
  | { readonly kind: 'confirmed'; readonly platformReference: string; readonly at: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The platform has it and will say later; ask again or wait for its call. */
  | { readonly kind: 'pending' }
  /** No usable answer: it may or may not have happened. */
  | { readonly kind: 'unknown'; readonly reason: string }

export type PayoutLookup =
  | PayoutOutcome
  /** The platform says for certain that it never took this reference. */
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'returned'
      readonly platformReference: string
      readonly at: string
      readonly returned: PayoutReturn
    }

/** Money that came back after it had been paid out. */
export type PayoutReturn = {
  readonly returnReference: string
  readonly amount: string
  readonly currency: string
  readonly reason: string
  readonly at: string
}

/** A call from the platform, checked for its signature. It is a hint to look: the book moves on what `lookUp` says. */
export type PlatformEvent = {
  readonly eventId: string
  readonly reference: string
  readonly type: 'payout.confirmed' | 'payout.refused' | 'payout.returned'
}

/** A payout as it stands in the platform's own book, under our reference. */
export type ListedPayout = Pick<Payout, 'reference' | 'amount' | 'currency'> & {
  readonly state: 'pending' | 'confirmed' | 'refused' | 'returned'
  readonly platformReference: string | null
  /** What came back of it later; null where nothing did. */
  readonly returnedAmount: string | null
  /** When the platform took it, and when it last changed there. */
  readonly takenAt: string
  readonly changedAt: string
}

/** `next` names the page after this one; null: that was the last. Without a usable answer nothing is known of the book. */
export type PayoutPage =
  | { readonly kind: 'listed'; readonly payouts: readonly ListedPayout[]; readonly next: string | null }
  | { readonly kind: 'unknown'; readonly reason: string }

export type Capabilities = {
  /** The platform answers for our reference. Without it nothing is ever sent twice. */
  readonly lookUpByReference: boolean
  /** The platform takes one reference once: a second send of the same returns the first payout. */
  readonly idempotentReference: boolean
}

export type Platform = {
  readonly label: string
  readonly capabilities: Capabilities
  payOut(payout: Payout): Promise<PayoutOutcome>
  /** The amount is asked with the reference: an answer about another payout is `unknown`, not ours. */
  lookUp(payout: Sought): Promise<PayoutLookup>
  /** The platform's own book: all that it took in [from, to), oldest first, page by page. Absent where it has none to show. */
  listPayouts?(asked: {
    readonly from: Date
    readonly to: Date
    readonly page: string | null
  }): Promise<PayoutPage>
  /** Undefined where the signature or the body is not the platform's. */
  readEvent(headers: Readonly<Record<string, string | undefined>>, rawBody: string): PlatformEvent | undefined
}
