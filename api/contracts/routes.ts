import type { Endpoint } from '../http/endpoint.ts'
import { createCommissionProfile } from './commissions/add-profile.ts'
import { createCommissionRule } from './commissions/add-rule.ts'
import { patchCommissionRule } from './commissions/change-rule.ts'
import { removeCommissionCondition } from './commissions/remove-condition.ts'
import { removeCommissionProfile } from './commissions/remove-profile.ts'
import { removeCommissionRule } from './commissions/remove-rule.ts'
import { createCommissionCondition, putCommissionCondition } from './commissions/save-condition.ts'
import { viewCommissionProfiles } from './commissions/view-profiles.ts'
import { viewCommissionRules } from './commissions/view-rules.ts'
import { assignContract } from './contracts/assign.ts'
import { patchContract } from './contracts/change.ts'
import { copyContract } from './contracts/copy.ts'
import { createContract } from './contracts/create.ts'
import { viewContracts } from './contracts/view.ts'
import { createLimitProfile } from './limits/add-limit.ts'
import { patchLimitProfile } from './limits/change-limit.ts'
import { getLimitProfiles } from './limits/list-limits.ts'
import { removeLimitProfile } from './limits/remove-limit.ts'
import { getOperationFlows } from './operation-flows/list.ts'

export const contractsRoutes: readonly Endpoint[] = [
  viewContracts,
  createContract,
  copyContract,
  patchContract,
  assignContract,
  createCommissionProfile,
  viewCommissionProfiles,
  removeCommissionProfile,
  createCommissionRule,
  viewCommissionRules,
  patchCommissionRule,
  removeCommissionRule,
  createCommissionCondition,
  putCommissionCondition,
  removeCommissionCondition,
  createLimitProfile,
  getLimitProfiles,
  patchLimitProfile,
  removeLimitProfile,
  getOperationFlows,
]
