import type { Knex } from 'knex'
import { appendAudit, type AuditEntry } from '#db/audit.ts'
import {
  coinFacts,
  closeCoinAccount,
  findCoin,
  lockCoin,
  lockCoinOwner,
  passMainOn,
  type Coin,
} from '#db/accounts/coins.ts'
import type { Caller } from '../../http/endpoint.ts'
import { conflict, notFound, type Problem } from '../../http/problem.ts'

export const CLOSING_RULE =
  'A coin is closed only when nothing is on it, nothing is held and none of its operations is open.'

/** The caller's own coin, open or closed. Locks in the order of all who open and close: the owner, then the coin. */
export async function lockOwnCoin(trx: Knex, caller: Caller, serial: string): Promise<Coin> {
  await lockCoinOwner(trx, caller.organizationId)
  const coin = await lockCoin(trx, serial)
  if (coin?.organization_id !== caller.organizationId) throw notFound('serial', 'coin')
  return coin
}

/** What it is to the call that closes it: its owner's coin, by the serial, or an asset that staff look after, by its id. */
type What = 'coin' | 'asset'
const NAMED = { coin: 'serial', asset: 'id' } as const

/** For good; being the main one passes on to the oldest that is left. */
export async function closeCoin(
  trx: Knex,
  caller: Caller,
  { coin, what = 'coin' }: { readonly coin: Coin; readonly what?: What },
): Promise<Coin> {
  if (coin.closed_at) throw closedForGood(what)
  // Or its owner would close it and open a new one that is on.
  if (coin.blocked && what === 'coin')
    throw conflict('coin_blocked', 'serial', 'The coin was switched off by staff; ask them to switch it on.')
  if (!(await closeCoinAccount(trx, coin))) throw notEmpty(what)
  const heir = coin.main ? await passMainOn(trx, coin.organization_id) : undefined
  const after = (await findCoin(trx, coin.serial)) ?? coin
  const entry = { actor: caller.personId, source: 'api', subjectType: 'coin' } as const
  const entries: AuditEntry[] = [
    {
      ...entry,
      action: 'coin.close',
      subjectId: coin.id,
      before: coinFacts(coin),
      after: coinFacts(after),
    },
  ]
  if (heir !== undefined)
    entries.push({
      ...entry,
      action: 'coin.set_main',
      subjectId: heir,
      before: { main: false },
      after: { main: true },
    })
  await appendAudit(trx, caller.projectId, entries)
  return after
}

export function closedForGood(what: What): Problem {
  return conflict(`${what}_closed`, NAMED[what], `The ${what} is closed for good.`)
}

export function notEmpty(what: What): Problem {
  return conflict(`${what}_not_empty`, NAMED[what], CLOSING_RULE)
}
