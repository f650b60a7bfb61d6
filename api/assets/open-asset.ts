import type { Knex } from 'knex'
import type { Account } from '#db/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import { addCoin, blockCoin, findCoin, nextCoinNumber, setCoinActive } from '#db/coins.ts'
import type { Issuer } from '#db/issuers.ts'
import { coinSerial } from '#domain/coin-serial.ts'
import { openCoinAccount } from '#ledger/open-account.ts'
import { coinFacts } from '../coins/coin.ts'
import type { Caller } from '../endpoint.ts'
import type { AssetWish } from './create.ts'
import type { Place } from './place.ts'

type Opening = {
  readonly id: string
  /** Locked, and its owner before it. */
  readonly account: Account
  readonly issuer: Issuer
  readonly wish: Pick<AssetWish, 'address' | 'bank' | 'externalId'>
  readonly place: Place | undefined
}

/** A coin that staff add is off, and only staff switch it on. */
export async function openAsset(
  trx: Knex,
  caller: Caller,
  { id, account, issuer, wish, place }: Opening,
): Promise<void> {
  const serial = coinSerial(issuer.sn_prefix, await nextCoinNumber(trx))
  await openCoinAccount(trx, caller.projectId, { id, issuerId: issuer.id })
  const row = {
    id,
    project_id: caller.projectId,
    organization_id: account.organization_id,
    account_id: account.id,
    issuer_id: issuer.id,
    serial,
    name: issuer.currency.name,
    external_id: wish.externalId ?? null,
    address: wish.address ?? null,
    bank_id: wish.bank ?? null,
    platform_id: place?.platformId ?? null,
    platform_account: place?.account ?? null,
    created_by: caller.personId,
  }
  if (!(await addCoin(trx, row))) throw new Error(`The serial ${serial} is taken.`)
  await blockCoin(trx, id, { by: caller.personId, reason: null, description: 'Not activated yet' })
  await setCoinActive(trx, row, false)
  const coin = await findCoin(trx, serial)
  if (!coin) throw new Error(`Coin ${serial} was added and is not there.`)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'coin.create',
      subjectType: 'coin',
      subjectId: id,
      after: coinFacts(coin),
    },
  ])
}
