import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import {
  coinFacts,
  blockCoin,
  changeExternalId,
  findCoin,
  renameCoin,
  setCoinActive,
  unblockCoin,
  type Block,
  type Coin,
} from '#db/accounts/coins.ts'
import type { Caller } from '../../http/endpoint.ts'
import { conflict, type Problem } from '../../http/problem.ts'
import { closedForGood } from './close-coin.ts'

type Change = {
  /** Locked, and one that the caller may change. */
  readonly coin: Coin
  readonly name?: string | undefined
  /** Null takes it away. */
  readonly externalId?: string | null | undefined
  readonly active?: boolean | undefined
  /** In the caller's words: goes into the audit trail, and stays with what staff have switched off. */
  readonly why?: Omit<Block, 'by'>
}

/** What staff have switched off stays off until staff switch it on, and in an account that is off nothing is switched on. */
export async function applyCoinChange(
  trx: Knex,
  caller: Caller,
  { coin, name, externalId, active, why }: Change,
): Promise<Coin> {
  if (coin.closed_at) throw closedForGood('coin')
  const isOwner = coin.organization_id === caller.organizationId
  if (isOwner && active === true && coin.blocked)
    throw conflict('coin_blocked', 'active', 'The coin was switched off by staff; ask them to switch it on.')
  if (active === true && !coin.account_active) throw accountInactive()
  if (name !== undefined) await renameCoin(trx, coin.id, name)
  if (externalId !== undefined) await changeExternalId(trx, coin.id, externalId)
  if (active !== undefined) {
    if (!isOwner && active) await unblockCoin(trx, coin.id)
    // Who did it first keeps having done it.
    if (!isOwner && !active && !coin.blocked)
      await blockCoin(trx, coin.id, { reason: null, description: null, ...why, by: caller.personId })
    await setCoinActive(trx, coin, active)
  }
  const after = (await findCoin(trx, coin.serial)) ?? coin
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: actionOf({ name, active }),
      subjectType: 'coin',
      subjectId: coin.id,
      before: coinFacts(coin),
      after: { ...coinFacts(after), deactivationReason: why?.reason, description: why?.description },
    },
  ])
  return after
}

function actionOf({ name, active }: { name?: string | undefined; active?: boolean | undefined }): string {
  if (active !== undefined) return active ? 'coin.activate' : 'coin.deactivate'
  return name === undefined ? 'coin.change' : 'coin.rename'
}

export function accountInactive(): Problem {
  return conflict(
    'account_inactive',
    'active',
    'The account that it is in is not active; staff switch accounts on.',
  )
}
