import type { PlatformEvent } from './platform.ts'

/**
 * What an external system that keeps clients' balances can be asked, and what it can answer. What it says is what is: our
 * own balance is a mirror that moves on its word alone. An answer that did not come is `unknown`, never a refusal.
 */
export const ORDER_TYPES = ['deposit', 'withdrawal', 'trade'] as const
export type OrderType = (typeof ORDER_TYPES)[number]

/** Where a balance is kept there: the platform's own name of the account, and one currency of it. */
export type Place = { readonly account: string; readonly currency: string }

/** What a platform is asked to do for one operation. */
export type Order = Place & {
  /** Ours, the same on every try. */
  readonly reference: string
  readonly type: OrderType
  /** Plain decimal in major units, more than zero: what the balance at this place moves by. */
  readonly amount: string
  /** Of a trade: what is bought with it, and where that is kept. */
  readonly buy?: Place
  /** Of a withdrawal that leaves over a blockchain. */
  readonly destination?: { readonly network: string; readonly address: string }
}

export type OrderOutcome =
  | {
      readonly kind: 'confirmed'
      /** The platform's own name of what it did; empty where it gives none. */
      readonly platformReference: string
      readonly at: string
      /** Of a trade, plain decimals: what was sold, where that is not all that was asked, and what came of it. */
      readonly sold?: string
      readonly bought?: string
    }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The platform has it and will say later. */
  | { readonly kind: 'pending' }
  /** Certainly not taken, and not refused either: it never left, or was turned away for want of time. It may be sent again. */
  | { readonly kind: 'not_sent'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly reason: string }

/** absent: the platform says for certain that it has never taken this reference. */
export type OrderLookup = Exclude<OrderOutcome, { kind: 'not_sent' }> | { readonly kind: 'absent' }

/** What moved a balance there, for whatever reason. Each stands under one id, the same whenever it is listed. */
export type HeldEntry = {
  readonly entryId: string
  /** Ours, where the platform keeps it; null where it keeps none, or it was not us. */
  readonly reference: string | null
  /** Plain decimal in major units, negative where it went out. */
  readonly amount: string
  readonly at: string
  /** What the platform calls it: a word, no personal data. */
  readonly what: string
}

export type HeldBalance =
  | { readonly kind: 'known'; readonly balance: string }
  | { readonly kind: 'no_such_account' }
  | { readonly kind: 'unknown'; readonly reason: string }

/** `next` names the page after this one; null: that was the last. */
export type EntryPage =
  | { readonly kind: 'listed'; readonly entries: readonly HeldEntry[]; readonly next: string | null }
  | { readonly kind: 'unknown'; readonly reason: string }

export type Connection =
  | { readonly kind: 'ok' }
  /** It answers, and does not want us: a wrong key, a missing right. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

/** A call of the platform, checked for its signature: a hint to look. What it says besides is compared, never booked. */
export type HeldEvent = Omit<PlatformEvent, 'type'> & {
  readonly type: 'order.confirmed' | 'order.refused'
  readonly amount?: string
  readonly currency?: string
}

export type HoldingCapabilities = {
  /** It answers for our reference. Without it nothing is ever sent twice, and one order at a time for each place. */
  readonly lookUpByReference: boolean
  /** It takes one reference once: a second send of the same returns the first. */
  readonly idempotentReference: boolean
  /** So long after a send it may still land though the look-up says absent; 0 where a second send of it would do no harm. */
  readonly landsWithinMs?: number
  readonly orders: readonly OrderType[]
  /** It calls us, signed. */
  readonly calls: boolean
}

export type HoldingPlatform = {
  readonly capabilities: HoldingCapabilities
  place(order: Order): Promise<OrderOutcome>
  /** Asked with what it was about: an answer about something else is `unknown`. Absent where there is no look-up by reference. */
  lookUp?(order: Order): Promise<OrderLookup>
  balance(place: Place): Promise<HeldBalance>
  /** Everything that moved the balance at this place in [since, now], oldest first, page by page. */
  entries(asked: Place & { readonly since: Date; readonly page: string | null }): Promise<EntryPage>
  /** Proves that the URLs and credentials are right; moves nothing. */
  test(): Promise<Connection>
  /** Undefined where the signature or the body is not the platform's. Absent where it never calls. */
  readEvent?(headers: Readonly<Record<string, string | undefined>>, rawBody: string): HeldEvent | undefined
}

/** One URL or credential that a platform of this label needs. */
export type SettingField = {
  readonly name: string
  readonly description: string
  readonly required: boolean
}
export type Settings = {
  readonly urls: Readonly<Record<string, string>>
  readonly credentials: Readonly<Record<string, string>>
}

/** A kind of platform that has an adapter: what it needs to be configured with, and how it is opened. */
export type PlatformLabel = {
  /** What projects configure it by. */
  readonly label: string
  readonly name: string
  readonly urls: readonly (SettingField & { readonly protocols: readonly ('https:' | 'wss:')[] })[]
  readonly credentials: readonly SettingField[]
  readonly capabilities: HoldingCapabilities
  open(settings: Settings, send: Outgoing): HoldingPlatform
}

export type OutgoingRequest = {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export type OutgoingAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string | undefined>>
      readonly text: string
    }
  /** It may have arrived. The reason is a code, never what was sent. */
  | { readonly kind: 'no_answer'; readonly reason: string }
  /** Nothing has left: no connection, or one that we do not make. */
  | { readonly kind: 'not_sent'; readonly reason: string; readonly retryAfterMs?: number }

/** One HTTP exchange with the outside. Guarded, limited in time and size, and it never throws for what happens on the wire. */
export type Outgoing = (request: OutgoingRequest) => Promise<OutgoingAnswer>
