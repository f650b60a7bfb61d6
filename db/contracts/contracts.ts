import type { Knex } from 'knex'
import { readPage, type PageOf } from '../page.ts'

export const CONTRACT_TYPES = ['individual', 'merchant'] as const
export type ContractType = (typeof CONTRACT_TYPES)[number]

export const PERSON_TYPES = ['base', 'standard', 'gold', 'vip'] as const
export type PersonType = (typeof PERSON_TYPES)[number]

export type ContractRow = {
  id: string
  project_id: string
  name: string
  description: string | null
  organization_type: ContractType
  person_type: PersonType
  active: boolean
  global: boolean
  created_at: Date
  updated_at: Date
}

export async function addContract(
  trx: Knex,
  row: Omit<ContractRow, 'created_at' | 'updated_at'>,
): Promise<ContractRow> {
  const [added]: ContractRow[] = await trx('contracts').insert(row).returning('*')
  if (!added) throw new Error('an insert returned no row')
  return added
}

/** All changes to which contracts are global queue here. */
export async function lockGlobalContracts(trx: Knex, projectId: string): Promise<void> {
  await trx('projects').where({ id: projectId }).forNoKeyUpdate().first('id')
}

/** Another active global contract for the same clients; there may be one. */
export async function hasGlobalTwin(
  trx: Knex,
  row: Pick<ContractRow, 'id' | 'organization_type' | 'person_type'>,
): Promise<boolean> {
  const twin = await trx<ContractRow>('contracts')
    .where({ organization_type: row.organization_type, person_type: row.person_type })
    .where({ global: true, active: true })
    .whereNot({ id: row.id })
    .first('id')
  return twin !== undefined
}

/** As it is, with all that belongs to it, and as that stays until the transaction ends; payments read it meanwhile. */
export async function lockContract(trx: Knex, id: string): Promise<ContractRow | undefined> {
  return trx<ContractRow>('contracts').where({ id }).forNoKeyUpdate().first()
}

export async function findContract(trx: Knex, id: string): Promise<ContractRow | undefined> {
  return trx<ContractRow>('contracts').where({ id }).first()
}

/** The row must exist. */
export async function changeContract(
  trx: Knex,
  id: string,
  changes: {
    readonly name?: string | undefined
    readonly description?: string | null | undefined
    readonly active?: boolean | undefined
    readonly person_type?: PersonType | undefined
  },
): Promise<ContractRow> {
  const [changed]: ContractRow[] = await trx('contracts')
    .where({ id })
    .update({ ...changes, updated_at: trx.fn.now() })
    .returning('*')
  if (!changed) throw new Error(`Contract ${id} is gone.`)
  return changed
}

export type ContractFilter = {
  readonly id?: string | undefined
  readonly types?: readonly ContractType[] | undefined
  readonly personTypes?: readonly PersonType[] | undefined
  readonly global?: boolean | undefined
  readonly dateFrom?: Date | undefined
  readonly dateTo?: Date | undefined
  /** Anywhere in the description, in any case. */
  readonly description?: string | undefined
}

export async function listContracts(
  trx: Knex,
  filter: ContractFilter,
  page: {
    pageNumber: number
    pageSize: number
    countMax: number
    by: 'created_at' | 'name'
    order: 'asc' | 'desc'
  },
): Promise<PageOf<ContractRow>> {
  const query = trx<ContractRow>('contracts')
    .select('*')
    .orderBy([
      { column: page.by, order: page.order },
      { column: 'id', order: page.order },
    ])
  if (filter.id !== undefined) void query.where({ id: filter.id })
  if (filter.types) void query.whereIn('organization_type', filter.types)
  if (filter.personTypes) void query.whereIn('person_type', filter.personTypes)
  if (filter.global !== undefined) void query.where({ global: filter.global })
  if (filter.dateFrom) void query.where('created_at', '>=', filter.dateFrom)
  if (filter.dateTo) void query.where('created_at', '<=', filter.dateTo)
  if (filter.description !== undefined)
    void query.whereRaw("strpos(lower(coalesce(description, '')), lower(?)) > 0", [filter.description])
  return readPage<ContractRow>(trx, query, page)
}

type Bound = {
  readonly id: string
  readonly type: string
  readonly identification_status: string
  readonly contract_id: string | null
}

/** An organization with the contract it was given, locked until the transaction ends. */
export async function lockBoundOrganization(trx: Knex, id: string): Promise<Bound | undefined> {
  return trx<Bound>('organizations')
    .where({ id })
    .forNoKeyUpdate()
    .first('id', 'type', 'identification_status', 'contract_id')
}

export async function giveContract(trx: Knex, organizationId: string, contractId: string): Promise<void> {
  await trx('organizations').where({ id: organizationId }).update({ contract_id: contractId })
}

/** Commission profiles with their rules and conditions, and limit profiles where asked. Both contracts exist. */
export async function copyTerms(
  trx: Knex,
  asked: { readonly fromId: string; readonly toId: string; readonly withLimits: boolean },
): Promise<void> {
  await trx.raw('select copy_contract(:fromId, :toId, :withLimits)', asked)
}
