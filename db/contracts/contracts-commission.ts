import type { Knex } from 'knex'
import type { CommissionType, Direction, Flow } from '#domain/contracts/commission.ts'
import { readPage, type PageOf } from '../page.ts'
import type { PersonType } from './contracts.ts'

export type ProfileRow = {
  id: string
  project_id: string
  contract_id: string
  flow: Flow
  issuer_id: string | null
  src_person_type: PersonType | null
  dest_person_type: PersonType | null
  created_at: Date
}

export type RuleRow = {
  id: string
  project_id: string
  profile_id: string
  begins_at: Date
  ends_at: Date | null
  direction: Direction
  active: boolean
  created_at: Date
}

/** Amounts in minor units, as text. */
export type ConditionRow = {
  id: string
  project_id: string
  rule_id: string
  begin_amount: string
  end_amount: string | null
  type: CommissionType
  fixed: string
  percent: string
}

/** With its conditions, from the smallest amount up. */
export type Rule = RuleRow & { readonly conditions: readonly ConditionRow[] }

/** Undefined where the contract has one for the same flow, issuer and participants. The contract is locked. */
export async function addProfile(
  trx: Knex,
  row: Omit<ProfileRow, 'created_at'>,
): Promise<ProfileRow | undefined> {
  const [added]: ProfileRow[] = await trx('commission_profiles')
    .insert(row)
    .onConflict(['contract_id', 'flow', 'issuer_id', 'src_person_type', 'dest_person_type'])
    .ignore()
    .returning('*')
  return added
}

export async function findProfile(
  trx: Knex,
  contractId: string,
  id: string,
): Promise<ProfileRow | undefined> {
  return trx<ProfileRow>('commission_profiles').where({ id, contract_id: contractId }).first()
}

export async function listProfiles(
  trx: Knex,
  asked: {
    readonly contractId: string
    readonly flow?: Flow | undefined
    readonly issuerId?: string | undefined
  },
  page: { pageNumber: number; pageSize: number; countMax: number; order: 'asc' | 'desc' },
): Promise<PageOf<ProfileRow>> {
  const query = trx<ProfileRow>('commission_profiles')
    .select('*')
    .where({ contract_id: asked.contractId })
    .orderBy([
      { column: 'created_at', order: page.order },
      { column: 'id', order: page.order },
    ])
  if (asked.flow) void query.where({ flow: asked.flow })
  if (asked.issuerId !== undefined) void query.where({ issuer_id: asked.issuerId })
  return readPage<ProfileRow>(trx, query, page)
}

/** With its rules and their conditions. */
export async function removeProfile(trx: Knex, id: string): Promise<void> {
  await trx('commission_profiles').where({ id }).delete()
}

export async function addRule(trx: Knex, row: Omit<RuleRow, 'created_at'>): Promise<RuleRow> {
  const [added]: RuleRow[] = await trx('commission_rules').insert(row).returning('*')
  if (!added) throw new Error('an insert returned no row')
  return added
}

/** In the order of their begin. */
export async function listRules(trx: Knex, profileId: string): Promise<Rule[]> {
  return trx('commission_rules as r')
    .where('r.profile_id', profileId)
    .orderBy(['r.begins_at', 'r.id'])
    .select(
      'r.*',
      trx.raw(`(select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'project_id', c.project_id, 'rule_id', c.rule_id,
          'begin_amount', c.begin_amount::text, 'end_amount', c.end_amount::text, 'type', c.type, 'fixed', c.fixed::text,
          'percent', trim_scale(c.percent)::text) order by c.begin_amount), '[]')
        from commission_conditions c where c.rule_id = r.id) as conditions`),
    )
}

export async function changeRule(
  trx: Knex,
  id: string,
  changes: Partial<Pick<RuleRow, 'begins_at' | 'ends_at' | 'direction' | 'active'>>,
): Promise<void> {
  await trx('commission_rules').where({ id }).update(changes)
}

/** With its conditions. */
export async function removeRule(trx: Knex, id: string): Promise<void> {
  await trx('commission_rules').where({ id }).delete()
}

export async function addCondition(trx: Knex, row: ConditionRow): Promise<void> {
  await trx('commission_conditions').insert(row)
}

export async function changeCondition(trx: Knex, row: ConditionRow): Promise<void> {
  await trx('commission_conditions').where({ id: row.id }).update(row)
}

export async function removeCondition(trx: Knex, id: string): Promise<void> {
  await trx('commission_conditions').where({ id }).delete()
}
