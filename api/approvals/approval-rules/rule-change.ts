import { z } from 'zod'
import { CHANGE_ACTIONS, CHANGE_STATES, type RuleChange } from '#db/approvals/approval-rule-changes.ts'
import { text } from '../../http/fields.ts'
import { termsBody, termsSchema } from './terms.ts'

export const ruleChangeParams = z.strictObject({
  id: text(64).meta({ description: 'Id of the change', examples: ['arc_01h2xcejqtf2nbrexx3vqjhp41'] }),
})

export const ruleChangeSchema = z
  .strictObject({
    id: z.string(),
    ruleId: z.string(),
    action: z.enum(CHANGE_ACTIONS),
    baseVersion: z.int().meta({
      description: 'Of the rule when it was proposed, 0 for a new one; of a later one it is refused',
    }),
    proposed: termsSchema.nullable().meta({ description: 'What the rule would say; null: it is removed' }),
    reason: z.string().nullable(),
    status: z.enum(CHANGE_STATES),
    proposedBy: z.string(),
    proposedAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    decisionReason: z.string().nullable(),
  })
  .meta({ id: 'ApprovalRuleChange' })

export function ruleChangeBody(row: RuleChange): z.infer<typeof ruleChangeSchema> {
  return {
    id: row.id,
    ruleId: row.rule_id,
    action: row.action,
    baseVersion: row.base_version,
    proposed: row.proposed && termsBody(row.proposed, row.currency),
    reason: row.reason,
    status: row.state,
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at.toISOString(),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decisionReason: row.decision_reason,
  }
}
