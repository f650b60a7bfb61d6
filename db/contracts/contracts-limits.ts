import type { Knex } from 'knex'
import type { Flow } from '#domain/contracts/commission.ts'
import type { Qualifier, TimeUnit } from '#domain/contracts/limit.ts'

export type LimitRow = {
  id: string
  project_id: string
  contract_id: string
  flow: Flow
  issuer_id: string | null
  qualifier: Qualifier
  time_unit: TimeUnit
  /** In minor units of the issuer, or a number of operations; as text. */
  value: string
  active: boolean
  created_at: Date
}

/** With its issuer's currency; both are null where it counts operations of any issuer. */
export type LimitProfile = LimitRow & { readonly code: string | null; readonly fraction: number | null }

/** False where the contract has one for the same flow, issuer, qualifier and period. The contract is locked. */
export async function addLimit(trx: Knex, row: Omit<LimitRow, 'created_at'>): Promise<boolean> {
  const added: unknown[] = await trx('limit_profiles')
    .insert(row)
    .onConflict(['contract_id', 'flow', 'issuer_id', 'qualifier', 'time_unit'])
    .ignore()
    .returning('id')
  return added.length === 1
}

/** Of one contract, the oldest first. */
export async function listLimits(trx: Knex, contractId: string): Promise<LimitProfile[]> {
  return limits(trx, contractId)
}

export async function findLimit(
  trx: Knex,
  contractId: string,
  id: string,
): Promise<LimitProfile | undefined> {
  const [found] = await limits(trx, contractId).where('l.id', id)
  return found
}

export async function changeLimit(
  trx: Knex,
  id: string,
  changes: { readonly value?: string | undefined; readonly active?: boolean | undefined },
): Promise<void> {
  await trx('limit_profiles').where({ id }).update(changes)
}

/** What operations took of it stays on them; it holds no other back. */
export async function removeLimit(trx: Knex, id: string): Promise<void> {
  await trx('limit_profiles').where({ id }).delete()
}

function limits(trx: Knex, contractId: string): Knex.QueryBuilder<LimitProfile, LimitProfile[]> {
  return trx('limit_profiles as l')
    .leftJoin('issuers as i', 'i.id', 'l.issuer_id')
    .leftJoin('currencies as c', 'c.id', 'i.currency_id')
    .where('l.contract_id', contractId)
    .orderBy(['l.created_at', 'l.id'])
    .select('l.*', 'c.code', 'c.fraction')
}
