import type { Endpoint } from '../http/endpoint.ts'
import { addAmlEntries } from './aml/add-entries.ts'
import { patchAmlList } from './aml/change-list.ts'
import { patchAmlPolicy } from './aml/change-policy.ts'
import { patchAmlRule } from './aml/change-rule.ts'
import { createAmlList } from './aml/create-list.ts'
import { createAmlPolicy } from './aml/create-policy.ts'
import { createAmlRule } from './aml/create-rule.ts'
import { getAmlLists } from './aml/list-lists.ts'
import { getAmlPolicies } from './aml/list-policies.ts'
import { getAmlRules } from './aml/list-rules.ts'
import { removeAmlEntry } from './aml/remove-entry.ts'
import { removeAmlRule } from './aml/remove-rule.ts'
import { viewAmlChecks } from './aml/view-checks.ts'
import { viewAmlEntries } from './aml/view-entries.ts'

export const screeningRoutes: readonly Endpoint[] = [
  createAmlPolicy,
  getAmlPolicies,
  patchAmlPolicy,
  createAmlList,
  getAmlLists,
  patchAmlList,
  addAmlEntries,
  viewAmlEntries,
  removeAmlEntry,
  createAmlRule,
  getAmlRules,
  patchAmlRule,
  removeAmlRule,
  viewAmlChecks,
]
