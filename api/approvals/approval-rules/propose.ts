import type { Knex } from 'knex'
import { addRuleChange, findRuleChange, type ChangeAction } from '#db/approvals/approval-rule-changes.ts'
import { findApprovalRule, findOverlappingRule, type RuleTerms } from '#db/approvals/approval-rules.ts'
import type { StoredApprovalRule } from '#db/approvals/approval-rules.ts'
import { appendAudit } from '#db/audit.ts'
import type { Caller, Reply } from '../../http/endpoint.ts'
import { conflict, notFound } from '../../http/problem.ts'
import { ruleChangeBody, ruleChangeSchema } from './rule-change.ts'

export const proposeAnswers = {
  202: { description: 'Proposed; it does nothing until another person approves it', body: ruleChangeSchema },
} as const

export type Proposal = {
  readonly id: string
  readonly ruleId: string
  readonly action: ChangeAction
  readonly baseVersion: number
  /** Null: the rule is to be removed. */
  readonly terms: RuleTerms | null
  readonly reason: string | null
}

/** Commits what is wanted, for another person to decide on. The rules of the project are locked. */
export async function propose(trx: Knex, caller: Caller, proposal: Proposal): Promise<Reply> {
  const { id, ruleId, action, terms, reason } = proposal
  if (terms) await demandFreeBand(trx, ruleId, terms)
  await addRuleChange(trx, {
    id,
    project_id: caller.projectId,
    rule_id: ruleId,
    action,
    base_version: proposal.baseVersion,
    proposed: terms,
    issuer_id: terms?.issuer_id ?? null,
    reason,
    proposed_by: caller.personId,
  })
  const change = await findRuleChange(trx, id)
  if (!change) throw new Error(`The change ${id} was written and is not there.`)
  const after = ruleChangeBody(change)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'approval_rule_change.propose',
      subjectType: 'approval_rule_change',
      subjectId: id,
      after,
    },
  ])
  return { status: 202, body: after }
}

/** One amount has one rule. @throws Problem that names the other one. */
export async function demandFreeBand(trx: Knex, ruleId: string, terms: RuleTerms): Promise<void> {
  const other = await findOverlappingRule(trx, { ...terms, id: ruleId })
  if (!other) return
  throw conflict(
    'approval_rules_overlap',
    terms.issuer_id === null ? 'businessProcessType' : 'fromAmount',
    `would hold for amounts that the rule ${other.id} is for`,
  )
}

/** Of a rule that is in force. */
export async function readActiveRule(trx: Knex, id: string): Promise<StoredApprovalRule> {
  const rule = await findApprovalRule(trx, id)
  if (!rule?.active) throw notFound('id', 'approval rule in force')
  return rule
}
