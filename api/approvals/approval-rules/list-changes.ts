import { z } from 'zod'
import { CHANGE_STATES, findRuleChanges } from '#db/approvals/approval-rule-changes.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { PAGE_SIZE_MAX, COUNT_MAX, viewAnswer, viewReply } from '../../http/view.ts'
import { ruleChangeSchema, ruleChangeBody } from './rule-change.ts'

const PAGE_SIZE = 20

const pageNumber = z.string().regex(/^[0-9]{1,2}$/, 'must be a whole number from 0 to 99')
const pageSize = z.string().regex(/^([1-9][0-9]?|100)$/, `must be a whole number from 1 to ${PAGE_SIZE_MAX}`)

export const getRuleChanges = endpoint({
  method: 'get',
  path: '/approval-rule-changes',
  family: 'Approval rules',
  summary: 'List proposed changes of approval rules',
  description: 'What is pending comes first, then what is decided, each the newest first.',
  access: 'APPROVAL_RULE_VIEWER',
  query: z.strictObject({
    pageNumber: pageNumber.optional(),
    pageSize: pageSize.optional(),
    status: z.enum(CHANGE_STATES).optional(),
    ruleId: text(64).optional(),
  }),
  answers: { 200: { description: 'One page of them', body: viewAnswer(ruleChangeSchema) } },
  async handle({ query, caller }, { db }) {
    const page = { pageNumber: Number(query.pageNumber ?? 0), pageSize: Number(query.pageSize ?? PAGE_SIZE) }
    const states = query.status && [query.status]
    const found = await inProject(db, caller.projectId, (trx) =>
      findRuleChanges(trx, { states, ruleId: query.ruleId }, { ...page, countMax: COUNT_MAX }),
    )
    return viewReply(page, found.total, found.rows.map(ruleChangeBody))
  },
})
