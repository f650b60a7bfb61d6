import { transferStep, type Step } from '#domain/step.ts'
import type { ApiDeps } from '../deps.ts'
import type { Caller } from '../endpoint.ts'
import type { Idempotency } from '../operations/idempotency.ts'

type CoinToMove = { readonly id: string; readonly issuer_id: string; readonly organization_id: string }

export type Transfer = Idempotency & {
  readonly coin: CoinToMove
  readonly counterCoin: { readonly id: string }
  readonly amount: bigint
  readonly description?: string | undefined
}

/** The step that moves it, with a new operation's id and the caller's key. */
export function transferOf({ newId }: ApiDeps, caller: Caller, transfer: Transfer): Step {
  const { coin, counterCoin, amount, description, key, bodyHash } = transfer
  return transferStep(newId('op'), {
    coin: coin.id,
    counterCoin: counterCoin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    amount,
    askedBy: caller.personId,
    bodyHash,
    ...(description === undefined ? {} : { description }),
    ...(key === undefined ? {} : { key }),
  })
}
