import type { Knex } from 'knex'
import { z } from 'zod'
import { decideRuleChange, lockRuleChange, type RuleChange } from '#db/approvals/approval-rule-changes.ts'
import { findApprovalRule, lockApprovalRules, writeApprovalRule } from '#db/approvals/approval-rules.ts'
import { appendAudit, type AuditEntry } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { endpoint, type Caller, type Endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict, forbidden, notFound } from '../../http/problem.ts'
import { demandFreeBand } from './propose.ts'
import { ruleBody } from './rule.ts'
import { ruleChangeBody, ruleChangeParams, ruleChangeSchema } from './rule-change.ts'

type Way = {
  readonly verb: 'approve' | 'reject'
  readonly state: 'approved' | 'rejected'
  readonly summary: string
  readonly description: string
}

function deciding(way: Way): Endpoint {
  return endpoint({
    method: 'post',
    path: `/approval-rule-changes/:id/${way.verb}`,
    family: 'Approval rules',
    summary: way.summary,
    description: way.description,
    access: 'APPROVAL_RULE_MANAGER',
    params: ruleChangeParams,
    body: z.strictObject({ reason: text(500).optional() }),
    answers: { 200: { description: 'As it is now', body: ruleChangeSchema } },
    async handle({ params, body: { reason = null }, caller }, { db, now }) {
      return inProject(db, caller.projectId, async (trx) => {
        const before = await lockPending(trx, caller, params.id)
        const { verb, state } = way
        const decision = { state, decided_by: caller.personId, decided_at: now(), decision_reason: reason }
        const after = { ...before, ...decision }
        const entry = { actor: caller.personId, source: 'api' } as const
        if (verb === 'approve') await demandCurrent(trx, before)
        await decideRuleChange(trx, before.id, decision)
        const applied = verb === 'approve' ? [{ ...entry, ...(await apply(trx, before)) }] : []
        await appendAudit(trx, caller.projectId, [
          {
            ...entry,
            action: `approval_rule_change.${verb}`,
            subjectType: 'approval_rule_change',
            subjectId: before.id,
            before: ruleChangeBody(before),
            after: ruleChangeBody(after),
          },
          ...applied,
        ])
        return { status: 200, body: ruleChangeBody(after) }
      })
    },
  })
}

export const approveRuleChange = deciding({
  verb: 'approve',
  state: 'approved',
  summary: 'Approve a change of an approval rule',
  description:
    'Never by the person who proposed it. Refused where the rule has changed since, or another one is for the same amounts now.',
})

export const rejectRuleChange = deciding({
  verb: 'reject',
  state: 'rejected',
  summary: 'Reject a change of an approval rule',
  description: 'Never by the person who proposed it.',
})

async function lockPending(trx: Knex, caller: Caller, id: string): Promise<RuleChange> {
  const change = await lockRuleChange(trx, id)
  if (!change) throw notFound('id', 'change of an approval rule')
  if (change.state !== 'pending') throw conflict('already_decided', 'id', `The change is ${change.state}.`)
  if (change.proposed_by === caller.personId)
    throw forbidden('Nobody may decide on a change that they proposed.')
  return change
}

/** What was seen when it was proposed still holds, and does until the transaction ends. */
async function demandCurrent(trx: Knex, change: RuleChange): Promise<void> {
  await lockApprovalRules(trx)
  const version = (await findApprovalRule(trx, change.rule_id))?.version ?? 0
  if (version !== change.base_version)
    throw conflict(
      'approval_rule_changed',
      'id',
      `The change is of version ${change.base_version}; the rule has ${version} now. Reject it and propose anew.`,
    )
  if (change.proposed) await demandFreeBand(trx, change.rule_id, change.proposed)
}

type Applied = Pick<AuditEntry, 'action' | 'subjectType' | 'subjectId' | 'before' | 'after'>

/** Makes the rule say what was proposed, as its next version. */
async function apply(trx: Knex, change: RuleChange): Promise<Applied> {
  const before = await findApprovalRule(trx, change.rule_id)
  const terms = change.proposed ?? before
  if (!terms) throw new Error(`The change ${change.id} removes a rule that is not there.`)
  await writeApprovalRule(trx, {
    id: change.rule_id,
    project_id: change.project_id,
    version: change.base_version + 1,
    active: change.action !== 'remove',
    change_id: change.id,
    terms,
  })
  const after = await findApprovalRule(trx, change.rule_id)
  return {
    action: `approval_rule.${change.action}`,
    subjectType: 'approval_rule',
    subjectId: change.rule_id,
    before: before ? ruleBody(before) : null,
    after: after ? ruleBody(after) : null,
  }
}
