import type { NewOperation, Step } from '#domain/operations/step.ts'
import { bookAtOnceStep } from '#domain/operations/step.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'

type CoinToMove = { readonly id: string; readonly issuer_id: string; readonly organization_id: string }

export type Transfer = Pick<
  NewOperation,
  'amount' | 'senderAmount' | 'recipientAmount' | 'rules' | 'bodyHash'
> & {
  readonly coin: CoinToMove
  readonly counterCoin: { readonly id: string }
  readonly isMerchant: boolean
  readonly description?: string | undefined
  readonly key?: string | undefined
}

/** The step that moves it, with a new operation's id and the caller's key. */
export function transferOf({ newId }: ApiDeps, caller: Caller, transfer: Transfer): Step {
  const { coin, counterCoin, isMerchant, description, key, ...same } = transfer
  const id = newId('op')
  const facts = {
    id,
    projectId: caller.projectId,
    kind: 'transfer',
    needsDecision: false,
    coinId: coin.id,
    counterCoinId: counterCoin.id,
    organizationId: coin.organization_id,
    issuerId: coin.issuer_id,
    commissionBack: 0n,
    revenue: isMerchant ? 'business_system_commission' : 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
    ...same,
  } as const
  return bookAtOnceStep(facts, {
    ...same,
    coin: coin.id,
    counterCoin: counterCoin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    askedBy: caller.personId,
    ...(description === undefined ? {} : { description }),
    ...(key === undefined ? {} : { key }),
  })
}
