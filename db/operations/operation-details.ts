import type { Knex } from 'knex'
import type { State } from '#domain/operations/operation.ts'

/** An account as people know it: a coin with its owner, or a system account named by what it is. */
export type AccountName = {
  id: string
  serial: string
  name: string | null
  type: string
  technical: boolean
  organization_id: string | null
  organization_name: string | null
  issuer_id: string
  issuer_sn: string
  code: string
  symbol: string
  fraction: number
}

/** Each leg is two postings: the same amount out of one account and into another. */
export type LegRow = {
  operation_id: string
  step: string
  leg: number
  id: string
  type: string
  amount: string
  from_account: string
  to_account: string
  created_at: Date
}

export type StepRow = {
  step: string
  outcome: string
  refusal: string | null
  from_state: State
  to_state: State
  actor_id: string | null
  at: Date
}
export type DecisionRow = {
  person_id: string
  verb: string
  role: string
  on_behalf_of: string | null
  at: Date
}

export async function listAccountNames(trx: Knex, ids: readonly string[]): Promise<Map<string, AccountName>> {
  const rows: AccountName[] = await trx('account_names').whereIn('id', ids)
  return new Map(rows.map((row) => [row.id, row]))
}

export async function listSteps(trx: Knex, operationId: string): Promise<StepRow[]> {
  return trx('steps').where({ operation_id: operationId }).orderBy('seq')
}

/** One check of an operation by a screening provider; no verdict: it gave no usable answer, or none yet. */
export type CheckRow = {
  n: number
  provider: string
  verdict: string | null
  reasons: string[]
  started_at: Date
  answered_at: Date | null
}

export async function listChecks(trx: Knex, operationId: string): Promise<CheckRow[]> {
  return trx('screenings').where({ operation_id: operationId }).orderBy('n')
}

export async function listDecisions(trx: Knex, operationId: string): Promise<DecisionRow[]> {
  return trx('decisions').where({ operation_id: operationId }).orderBy('at')
}
