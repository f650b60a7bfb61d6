import type { Knex } from 'knex'
import { TURNED_AWAY } from '#domain/operations/operation.ts'
import type { Reversed } from '#domain/operations/reversal.ts'

/** What corrections of an operation take of it, those included that only wait. */
export async function readReversed(trx: Knex, original: string): Promise<Reversed> {
  const row: { amount: string; back: string } | undefined = await trx('operations')
    .where({ reversal_of: original })
    .whereNotIn('state', TURNED_AWAY)
    .first(
      trx.raw('coalesce(sum(amount), 0)::text as amount, coalesce(sum(commission_back), 0)::text as back'),
    )
  return { amount: BigInt(row?.amount ?? 0), commissionBack: BigInt(row?.back ?? 0) }
}

/** The organization that a coin belongs to. */
export async function readCoinOwner(trx: Knex, coin: string): Promise<string> {
  const row: { organization_id: string } | undefined = await trx('coins')
    .where({ id: coin })
    .first('organization_id')
  if (!row) throw new Error(`coin ${coin} is not in the project`)
  return row.organization_id
}
