import { invalid, type RuleFault } from '../rule-fault.ts'

export const EXTERNAL_ID_MAX = 200

/** Accounts are of clients. @param type of the organization, where there is one */
export function ownerFault(type: string | undefined): RuleFault | undefined {
  if (type === 'individual' || type === 'merchant') return undefined
  return { code: 'not_found', parameter: 'owner', message: 'There is no such client.' }
}

/** @param labels of all types of accounts that the project has */
export function accountTypeFault(type: string, labels: readonly string[]): RuleFault | undefined {
  if (labels.includes(type)) return undefined
  return invalid(
    'type',
    labels.length === 0
      ? 'cannot be any yet: create types of accounts under /configurations/account-types'
      : `is not an account type of this project, which has ${labels.join(', ')}`,
  )
}

export const EXTERNAL_ID_TAKEN: RuleFault = {
  code: 'external_id_taken',
  parameter: 'externalId',
  message: 'is taken by another account of this project',
}

export const ACCOUNT_DIFFERS: RuleFault = {
  code: 'account_differs',
  parameter: 'id',
  message: 'is the id of an account that is otherwise; an import changes nothing that is there',
}
