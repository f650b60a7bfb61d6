import { createCommissionProfile } from '../contracts/add-profile.ts'
import { createCommissionRule } from '../contracts/add-rule.ts'
import { patchCommissionRule } from '../contracts/change-rule.ts'
import { removeCommissionCondition } from '../contracts/remove-condition.ts'
import { removeCommissionProfile } from '../contracts/remove-profile.ts'
import { removeCommissionRule } from '../contracts/remove-rule.ts'
import { createCommissionCondition, putCommissionCondition } from '../contracts/save-condition.ts'
import { viewCommissionProfiles } from '../contracts/view-profiles.ts'
import { viewCommissionRules } from '../contracts/view-rules.ts'
import { assignContract } from '../contracts/assign.ts'
import { patchContract } from '../contracts/change.ts'
import { copyContract } from '../contracts/copy.ts'
import { createContract } from '../contracts/create.ts'
import { viewContracts } from '../contracts/view.ts'
import { createLimitProfile } from '../contracts/add-limit.ts'
import { patchLimitProfile } from '../contracts/change-limit.ts'
import { getLimitProfiles } from '../contracts/list-limits.ts'
import { removeLimitProfile } from '../contracts/remove-limit.ts'
import { getOperationFlows } from '../operation-flows/list.ts'
import type { Endpoint } from '../endpoint.ts'

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
