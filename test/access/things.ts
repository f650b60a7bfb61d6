import type { AccessClient } from './tenant.ts'

/** Of the accounts that money may be paid out to. */
export const ACCOUNT_NUMBER = '12345678'

export type Operation = { readonly id: string; readonly number: string }

/** What a call can be about. Each is made when it is first asked for, and is then the same one. */
export type Things = {
  client(): Promise<Pick<AccessClient, 'id' | 'organization' | 'serial' | 'login'>>
  /** The organization that staff belong to. */
  home(): Promise<{ id: string }>
  /** Whom money can be sent to. */
  payee(): Promise<{ serial: string; login: string }>
  /** Another person of staff. */
  colleague(): Promise<{ id: string }>
  bank(): Promise<{ id: string }>
  /** Of the client, waiting for approval. */
  account(): Promise<{ id: string }>
  approvedAccount(): Promise<{ id: string }>
  currency(): Promise<{ id: string; code: string }>
  issuer(): Promise<{ id: string }>
  accountType(): Promise<{ id: string; label: string }>
  network(): Promise<{ id: string; label: string }>
  subType(): Promise<{ id: string }>
  priced(): Promise<{ contract: string; profile: string; rule: string; condition: string; limit: string }>
  approvalRule(): Promise<{ id: string }>
  ruleChange(): Promise<{ id: string }>
  /** Of the caller. */
  delegation(): Promise<{ id: string }>
  waitingTopUp(): Promise<Operation>
  waitingWithdrawal(): Promise<Operation>
  /** Over a limit. */
  limited(): Promise<Operation>
  /** Accepted, and waiting for the bank's reference. */
  payout(): Promise<Operation>
  processed(): Promise<{ id: string }>
  line(): Promise<{ id: string }>
  difference(): Promise<{ id: string }>
  explainedDifference(): Promise<{ id: string }>
  /** Asked for by the caller. */
  dataExport(): Promise<{ id: string }>
  /** Without its file. */
  import(): Promise<{ id: string }>
  policy(): Promise<{ id: string }>
  list(): Promise<{ list: string; entry: string }>
  amlRule(): Promise<{ id: string }>
  /** Of the client, and inactive. */
  clientAccount(): Promise<{ id: string }>
  asset(): Promise<{ id: string }>
  wallet(): Promise<{ id: string }>
  project(): Promise<{ key: string }>
  /** That keeps balances. */
  platform(): Promise<{ id: string }>
  /** Of the client, kept there; and another one for the same client. */
  platformAsset(): Promise<{ id: string }>
  otherPlatformAsset(): Promise<{ id: string }>
}

export type Thing = keyof Things

/** What was asked for once is the same from then on. */
export function remember(things: Things): Things {
  const known = new Map<string, unknown>()
  return new Proxy(things, {
    get(target, name: Thing) {
      return () => {
        if (!known.has(name)) known.set(name, target[name]())
        return known.get(name)
      }
    },
  })
}
