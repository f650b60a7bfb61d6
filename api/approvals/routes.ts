import type { Endpoint } from '../http/endpoint.ts'
import { proposeRuleChange } from './approval-rules/change.ts'
import { proposeApprovalRule } from './approval-rules/create.ts'
import { approveRuleChange, rejectRuleChange } from './approval-rules/decide.ts'
import { getApprovalRule } from './approval-rules/get.ts'
import { getRuleChanges } from './approval-rules/list-changes.ts'
import { proposeRuleRemoval } from './approval-rules/remove.ts'
import { viewApprovalRules } from './approval-rules/view.ts'
import { approveRequest, declineRequest, rejectRequest } from './business-requests/decide.ts'
import { issueDecisionTicket } from './business-requests/issue-ticket.ts'
import { viewBusinessRequests } from './business-requests/view.ts'

export const approvalsRoutes: readonly Endpoint[] = [
  proposeApprovalRule,
  viewApprovalRules,
  getApprovalRule,
  proposeRuleChange,
  proposeRuleRemoval,
  getRuleChanges,
  approveRuleChange,
  rejectRuleChange,
  viewBusinessRequests,
  approveRequest,
  declineRequest,
  rejectRequest,
  issueDecisionTicket,
]
