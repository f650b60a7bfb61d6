import type { Knex } from 'knex'
import type { Kind } from '#domain/operations/operation.ts'
import type { ScreeningPolicy, ScreeningProviderLabel } from '#domain/screening/screening.ts'
import type { CurrencyRow } from '../catalogue/currencies.ts'

export type ScreeningPolicyRow = {
  id: string
  project_id: string
  name: string
  kinds: Kind[]
  issuer_id: string | null
  /** Minor units of the issuer, as text; null: whatever the amount. */
  from_amount: string | null
  provider: ScreeningProviderLabel
  /** Bigints, so they arrive as text. */
  max_age_ms: string
  patience_ms: string
  active: boolean
}

/** With the currency that its amount is in; null where it names no issuer. */
export type StoredScreeningPolicy = ScreeningPolicyRow & { currency: CurrencyRow | null }

/** What counts for new operations. In no order: `screeningFor` chooses. */
export async function listActiveScreeningPolicies(trx: Knex): Promise<ScreeningPolicy[]> {
  const rows: ScreeningPolicyRow[] = await trx('screening_policies').where({ active: true })
  return rows.map(readPolicy)
}

export function readPolicy(row: ScreeningPolicyRow): ScreeningPolicy {
  return {
    id: row.id,
    kinds: row.kinds,
    fromAmount: row.from_amount === null ? null : BigInt(row.from_amount),
    issuerId: row.issuer_id,
    provider: row.provider,
    maxAgeMs: Number(row.max_age_ms),
    patienceMs: Number(row.patience_ms),
  }
}

export async function listScreeningPolicies(trx: Knex): Promise<StoredScreeningPolicy[]> {
  return policies(trx)
}

export async function findScreeningPolicy(trx: Knex, id: string): Promise<StoredScreeningPolicy | undefined> {
  const [found] = await policies(trx).where('p.id', id)
  return found
}

/** The row as it is, locked until the transaction ends. */
export async function lockScreeningPolicy(trx: Knex, id: string): Promise<StoredScreeningPolicy | undefined> {
  await trx('screening_policies').where({ id }).forNoKeyUpdate().first('id')
  return findScreeningPolicy(trx, id)
}

/** False where the project has a policy of this name. */
export async function addScreeningPolicy(trx: Knex, row: ScreeningPolicyRow): Promise<boolean> {
  const added = await trx('screening_policies')
    .insert(row)
    .onConflict(['project_id', 'name'])
    .ignore()
    .returning('id')
  return added.length === 1
}

export async function changeScreeningPolicy(
  trx: Knex,
  row: Omit<ScreeningPolicyRow, 'project_id' | 'name'>,
): Promise<void> {
  const { id, ...changes } = row
  await trx('screening_policies')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
}

function policies(trx: Knex): Knex.QueryBuilder<StoredScreeningPolicy, StoredScreeningPolicy[]> {
  const query: Knex.QueryBuilder = trx('screening_policies as p')
    .leftJoin('issuers as i', 'i.id', 'p.issuer_id')
    .leftJoin('currencies as c', 'c.id', 'i.currency_id')
    .select('p.*', trx.raw('case when c.id is null then null else to_jsonb(c) end as currency'))
    .orderBy(['p.created_at', 'p.id'])
  return query
}
