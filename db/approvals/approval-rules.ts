import type { Knex } from 'knex'
import { overlaps, type ApprovalRule, type Decider } from '#domain/approvals/approval.ts'
import type { Role } from '#domain/identity/role.ts'
import type { ApprovalPlan, Order } from '#domain/operations/approval-plan.ts'
import type { Kind } from '#domain/operations/operation.ts'
import type { CurrencyRow } from '../catalogue/currencies.ts'
import { readPage, type PageOf } from '../page.ts'

/** What a rule says in one version. Amounts are minor units of the issuer, as text; so are bigints. */
export type RuleTerms = {
  kind: Kind
  issuer_id: string | null
  from_amount: string
  to_amount: string | null
  ordering: Order
  stages: ApprovalPlan['stages']
  expires_after_ms: string | null
  escalation: ApprovalPlan['escalation']
}

export type ApprovalRuleRow = RuleTerms & {
  id: string
  project_id: string
  version: number
  /** False: removed. */
  active: boolean
  change_id: string
  created_at: Date
  updated_at: Date
}

/** With the currency that its amounts are in; null where it names no issuer. */
export type StoredApprovalRule = ApprovalRuleRow & { currency: CurrencyRow | null }

/** What counts for new operations. In no order: `approvalFor` chooses. */
export async function listActiveApprovalRules(trx: Knex): Promise<ApprovalRule[]> {
  const rows: ApprovalRuleRow[] = await trx('approval_rules').where({ active: true })
  return rows.map(readRule)
}

/** The rules of the project change one transaction at a time from here on. */
export async function lockApprovalRules(trx: Knex): Promise<void> {
  await trx.raw('select lock_approval_rules()')
}

/** Another active rule that would hold for some of the same amounts. */
export async function findOverlappingRule(
  trx: Knex,
  band: Pick<ApprovalRuleRow, 'id' | 'kind' | 'issuer_id' | 'from_amount' | 'to_amount'>,
): Promise<StoredApprovalRule | undefined> {
  const others = await approvalRules(trx).where('r.active', true).where('r.kind', band.kind)
  return others.find((other) => other.id !== band.id && overlaps(bandOf(other), bandOf(band)))
}

export async function findApprovalRule(trx: Knex, id: string): Promise<StoredApprovalRule | undefined> {
  const [found] = await approvalRules(trx).where('r.id', id)
  return found
}

export type ApprovalRuleFilter = {
  readonly ids?: readonly string[] | undefined
  readonly kinds?: readonly Kind[] | undefined
  readonly issuerIds?: readonly string[] | undefined
  readonly active?: boolean | undefined
}

export async function findApprovalRules(
  trx: Knex,
  filter: ApprovalRuleFilter,
  page: { pageNumber: number; pageSize: number; countMax: number; order: 'asc' | 'desc' },
): Promise<PageOf<StoredApprovalRule>> {
  const query = approvalRules(trx).orderBy([
    { column: 'r.created_at', order: page.order },
    { column: 'r.id', order: page.order },
  ])
  if (filter.ids) void query.whereIn('r.id', filter.ids)
  if (filter.kinds) void query.whereIn('r.kind', filter.kinds)
  if (filter.issuerIds) void query.whereIn('r.issuer_id', filter.issuerIds)
  if (filter.active !== undefined) void query.where('r.active', filter.active)
  return readPage<StoredApprovalRule>(trx, query, page)
}

/** One version that a rule had, and who wanted and who approved it. */
export type RuleVersion = RuleTerms & {
  version: number
  active: boolean
  change_id: string
  created_at: Date
  proposed_by: string
  decided_by: string
}

/** The newest first. */
export async function listRuleVersions(trx: Knex, id: string): Promise<RuleVersion[]> {
  return trx('approval_rule_versions as v')
    .join('approval_rule_changes as c', 'c.id', 'v.change_id')
    .where('v.rule_id', id)
    .orderBy('v.version', 'desc')
    .select('v.*', 'c.proposed_by', 'c.decided_by')
}

type NewVersion = Pick<ApprovalRuleRow, 'id' | 'project_id' | 'version' | 'active' | 'change_id'> & {
  readonly terms: RuleTerms
}

/** Its first version makes the rule. The database wants the approved change, the next number and a free band. */
export async function writeApprovalRule(trx: Knex, { id, terms, ...head }: NewVersion): Promise<void> {
  const row = {
    ...head,
    kind: terms.kind,
    issuer_id: terms.issuer_id,
    from_amount: terms.from_amount,
    to_amount: terms.to_amount,
    ordering: terms.ordering,
    stages: JSON.stringify(terms.stages),
    expires_after_ms: terms.expires_after_ms,
    escalation: terms.escalation && JSON.stringify(terms.escalation),
  }
  const rules = trx('approval_rules')
  await (head.version === 1
    ? rules.insert({ id, ...row })
    : rules.where({ id }).update({ ...row, updated_at: trx.fn.now() }))
}

/** As what somebody can decide now: their role, and whom they stand for in the role that one has now. One query. */
export async function readDecider(trx: Knex, personId: string, now: Date): Promise<Decider> {
  const found = await trx.raw<{ rows: { role: Role; giver: string | null; giver_role: Role | null }[] }>(
    `select m.role, lent.giver, lent.giver_role
       from members m left join (
         select distinct d.to_person, g.person_id as giver, g.role as giver_role
           from delegations d join members g on g.person_id = d.from_person and g.active
           where d.to_person = :personId and d.revoked_at is null and d.from_at <= :now and d.until_at > :now
       ) lent on lent.to_person = m.person_id
       where m.person_id = :personId and m.active order by lent.giver`,
    { personId, now },
  )
  const delegations = found.rows.flatMap(({ giver, giver_role }) =>
    giver === null || giver_role === null ? [] : [{ from: giver, role: giver_role }],
  )
  return { personId, role: found.rows[0]?.role ?? null, delegations }
}

export function readRule(row: ApprovalRuleRow): ApprovalRule {
  const { id, version, ordering, stages, escalation } = row
  const expiresAfterMs = row.expires_after_ms === null ? null : Number(row.expires_after_ms)
  return { id, version, order: ordering, stages, expiresAfterMs, escalation, ...bandOf(row) }
}

function bandOf(row: Pick<RuleTerms, 'kind' | 'issuer_id' | 'from_amount' | 'to_amount'>) {
  return {
    kind: row.kind,
    issuerId: row.issuer_id,
    fromAmount: BigInt(row.from_amount),
    toAmount: row.to_amount === null ? null : BigInt(row.to_amount),
  }
}

function approvalRules(trx: Knex): Knex.QueryBuilder<StoredApprovalRule, StoredApprovalRule[]> {
  return trx('approval_rules as r')
    .leftJoin('issuers as i', 'i.id', 'r.issuer_id')
    .leftJoin('currencies as c', 'c.id', 'i.currency_id')
    .select('r.*', trx.raw('case when c.id is null then null else to_jsonb(c) end as currency'))
}
