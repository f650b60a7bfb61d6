import type { Knex } from 'knex'
import type { Kind } from '#domain/operations/operation.ts'
import type { ScreeningRuleType } from '#domain/screening/screening-rules.ts'
import type { CurrencyRow } from '../catalogue/currencies.ts'

export type ScreeningRuleRow = {
  id: string
  project_id: string
  name: string
  type: ScreeningRuleType
  kinds: Kind[]
  verdict: 'hit' | 'review'
  issuer_id: string | null
  /** Minor units of the issuer, as text. */
  from_amount: string | null
  from_count: number | null
  window_hours: number | null
  countries: string[] | null
  active: boolean
}

/** With the currency that its amount is in; null where it names no issuer. */
export type StoredScreeningRule = ScreeningRuleRow & { currency: CurrencyRow | null }

export async function listScreeningRules(trx: Knex): Promise<StoredScreeningRule[]> {
  return rules(trx)
}

export async function findScreeningRule(trx: Knex, id: string): Promise<StoredScreeningRule | undefined> {
  const [found] = await rules(trx).where('r.id', id)
  return found
}

/** The row as it is, locked until the transaction ends. */
export async function lockScreeningRule(trx: Knex, id: string): Promise<StoredScreeningRule | undefined> {
  await trx('screening_rules').where({ id }).forUpdate().first('id')
  return findScreeningRule(trx, id)
}

/** False where the project has a rule of this name. */
export async function addScreeningRule(trx: Knex, row: ScreeningRuleRow): Promise<boolean> {
  const added = await trx('screening_rules')
    .insert(row)
    .onConflict(['project_id', 'name'])
    .ignore()
    .returning('id')
  return added.length === 1
}

export async function changeScreeningRule(
  trx: Knex,
  row: Omit<ScreeningRuleRow, 'project_id' | 'name' | 'type' | 'issuer_id'>,
): Promise<void> {
  const { id, ...changes } = row
  await trx('screening_rules')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
}

export async function removeScreeningRule(trx: Knex, id: string): Promise<void> {
  await trx('screening_rules').where({ id }).delete()
}

function rules(trx: Knex): Knex.QueryBuilder<StoredScreeningRule, StoredScreeningRule[]> {
  const joined: Knex.QueryBuilder = trx('screening_rules as r')
    .leftJoin('issuers as i', 'i.id', 'r.issuer_id')
    .leftJoin('currencies as c', 'c.id', 'i.currency_id')
    .select('r.*')
    .select(trx.raw('case when c.id is null then null else to_jsonb(c) end as currency'))
    .orderBy(['r.created_at', 'r.id'])
  return joined
}
