import type { Knex } from 'knex'
import type { CurrencyRow } from '../catalogue/currencies.ts'
import { readPage, type PageOf } from '../page.ts'
import type { RuleTerms } from './approval-rules.ts'

export const CHANGE_STATES = ['pending', 'approved', 'rejected'] as const
export type ChangeState = (typeof CHANGE_STATES)[number]

export const CHANGE_ACTIONS = ['create', 'change', 'remove'] as const
export type ChangeAction = (typeof CHANGE_ACTIONS)[number]

export type RuleChangeRow = {
  id: string
  project_id: string
  rule_id: string
  action: ChangeAction
  /** The version it is a change of; 0 where there was none. */
  base_version: number
  /** What the rule would say; null where it would be removed. */
  proposed: RuleTerms | null
  /** Of the proposed amounts; null where there is none. */
  issuer_id: string | null
  reason: string | null
  state: ChangeState
  proposed_by: string
  proposed_at: Date
  decided_by: string | null
  decided_at: Date | null
  decision_reason: string | null
}

export type RuleChange = RuleChangeRow & { currency: CurrencyRow | null }

export async function addRuleChange(
  trx: Knex,
  row: Omit<RuleChangeRow, 'state' | 'proposed_at' | 'decided_by' | 'decided_at' | 'decision_reason'>,
): Promise<void> {
  const proposed = row.proposed === null ? null : JSON.stringify(row.proposed)
  await trx('approval_rule_changes').insert({ ...row, proposed })
}

export async function findRuleChange(trx: Knex, id: string): Promise<RuleChange | undefined> {
  const [found] = await ruleChanges(trx).where('h.id', id)
  return found
}

/** As it is, and as it stays until the transaction ends. */
export async function lockRuleChange(trx: Knex, id: string): Promise<RuleChange | undefined> {
  await trx('approval_rule_changes').where({ id }).forUpdate().first('id')
  return findRuleChange(trx, id)
}

/** For good: the database lets nobody decide twice, nor the person who proposed it. */
export async function decideRuleChange(
  trx: Knex,
  id: string,
  decision: Pick<RuleChangeRow, 'state' | 'decided_by' | 'decided_at' | 'decision_reason'>,
): Promise<void> {
  await trx('approval_rule_changes').where({ id }).update(decision)
}

export type RuleChangeFilter = {
  readonly states?: readonly ChangeState[] | undefined
  readonly ruleId?: string | undefined
}

/** What is pending before what is decided, each the newest first. */
export async function findRuleChanges(
  trx: Knex,
  filter: RuleChangeFilter,
  page: { pageNumber: number; pageSize: number; countMax: number },
): Promise<PageOf<RuleChange>> {
  const query = ruleChanges(trx).orderByRaw("h.state = 'pending' desc, h.proposed_at desc, h.id desc")
  if (filter.states) void query.whereIn('h.state', filter.states)
  if (filter.ruleId !== undefined) void query.where('h.rule_id', filter.ruleId)
  return readPage<RuleChange>(trx, query, page)
}

function ruleChanges(trx: Knex): Knex.QueryBuilder<RuleChange, RuleChange[]> {
  return trx('approval_rule_changes as h')
    .leftJoin('issuers as i', 'i.id', 'h.issuer_id')
    .leftJoin('currencies as c', 'c.id', 'i.currency_id')
    .select('h.*', trx.raw('case when c.id is null then null else to_jsonb(c) end as currency'))
}
