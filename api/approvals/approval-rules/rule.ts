import { z } from 'zod'
import type { RuleVersion, StoredApprovalRule } from '#db/approvals/approval-rules.ts'
import { text } from '../../http/fields.ts'
import { termsBody, termsSchema } from './terms.ts'

export const ruleParams = z.strictObject({
  id: text(64).meta({ description: 'Id of the rule', examples: ['apr_01h2xcejqtf2nbrexx3vqjhp41'] }),
})

const head = {
  id: z.string(),
  version: z.int().meta({ description: 'Counts from 1; what waits keeps the one it began to wait under' }),
  active: z.boolean().meta({ description: 'False: removed' }),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
}

export const ruleSchema = z.strictObject({ ...head, ...termsSchema.shape }).meta({ id: 'ApprovalRule' })

export const ruleWithVersionsSchema = z
  .strictObject({
    ...ruleSchema.shape,
    versions: z
      .array(
        z.strictObject({
          version: z.int(),
          active: z.boolean(),
          terms: termsSchema,
          changeId: z.string(),
          proposedBy: z.string(),
          approvedBy: z.string(),
          createdAt: z.iso.datetime(),
        }),
      )
      .meta({ description: 'All that it has been, the newest first' }),
  })
  .meta({ id: 'ApprovalRuleWithVersions' })

export function ruleBody(row: StoredApprovalRule): z.infer<typeof ruleSchema> {
  return {
    id: row.id,
    version: row.version,
    active: row.active,
    ...termsBody(row, row.currency),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function ruleWithVersionsBody(
  row: StoredApprovalRule,
  versions: readonly RuleVersion[],
): z.infer<typeof ruleWithVersionsSchema> {
  return {
    ...ruleBody(row),
    versions: versions.map((one) => ({
      version: one.version,
      active: one.active,
      terms: termsBody(one, row.currency),
      changeId: one.change_id,
      proposedBy: one.proposed_by,
      approvedBy: one.decided_by,
      createdAt: one.created_at.toISOString(),
    })),
  }
}
