import type { Person } from './caller.ts'

export type Coin = Person & { readonly organization: string; readonly name: string; readonly serial: string }

export const HELD_CURRENCIES = ['USDT', 'BTC'] as const
export type HeldCurrency = (typeof HELD_CURRENCIES)[number]

/** An account of a client that the platform keeps: an asset of each currency, and where it is kept. */
export type Holding = {
  readonly owner: Coin
  readonly isLimited: boolean
  readonly assets: Readonly<Record<HeldCurrency, { readonly id: string; readonly place: string }>>
}

export type World = {
  readonly administrator: Person
  readonly accountants: readonly [Person, ...Person[]]
  readonly cfo: Person
  readonly compliance: Person
  readonly antifraud: Person
  /** Clients, each with one coin and an approved account at both banks. */
  readonly clients: readonly [Coin, ...Coin[]]
  /** Clients whose contract has limits and commissions. */
  readonly limited: readonly [Coin, ...Coin[]]
  /** Whoever is screened as a hit is frozen, so hits have a client of their own. */
  readonly suspect: Coin
  /** Accounts that a platform keeps, of clients with and without commissions; each has an asset of both currencies. */
  readonly holdings: readonly [Holding, ...Holding[]]
  readonly banks: { readonly integrated: string; readonly manual: string }
}

export const IBAN = 'DE89370400440532013000'
export const CURRENCY = 'EUR'

export type Setup = (by: { token: string }, what: string, body?: object) => Promise<Body>
export type Body = {
  readonly id: string
  readonly platform: { readonly account: string }
  readonly serial: string
  readonly bankAccountId: string
  readonly records: readonly { readonly id: string; readonly bankId: string; readonly bic: string }[]
  readonly authorizationToken: { readonly token: string }
  readonly members: readonly { readonly user: { readonly id: string } }[]
}
