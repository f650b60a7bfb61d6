import type { Knex } from 'knex'
import type { Role } from '#domain/identity/role.ts'

export type DelegationRow = {
  id: string
  project_id: string
  from_person: string
  to_person: string
  from_at: Date
  /** Exclusive. */
  until_at: Date
  reason: string | null
  created_at: Date
  revoked_at: Date | null
}

/** With the giver's role as it is now, and the names of both. */
export type Delegation = DelegationRow & { role: Role; from_name: string | null; to_name: string | null }

export async function addDelegation(
  trx: Knex,
  row: Omit<DelegationRow, 'created_at' | 'revoked_at'>,
): Promise<void> {
  await trx<DelegationRow>('delegations').insert(row)
}

export async function findDelegation(trx: Knex, id: string): Promise<Delegation | undefined> {
  const [found] = await delegations(trx).where('d.id', id)
  return found
}

/** Given by this person, or to them: the newest first. */
export async function listDelegations(
  trx: Knex,
  of: {
    readonly column: 'd.from_person' | 'd.to_person'
    readonly personId: string
    readonly limit: number
  },
): Promise<Delegation[]> {
  return delegations(trx)
    .where(of.column, of.personId)
    .orderBy([
      { column: 'd.created_at', order: 'desc' },
      { column: 'd.id', order: 'desc' },
    ])
    .limit(of.limit)
}

/** As it is, and as it stays until the transaction ends. */
export async function lockDelegation(trx: Knex, id: string): Promise<Delegation | undefined> {
  await trx<DelegationRow>('delegations').where({ id }).forUpdate().first('id')
  return findDelegation(trx, id)
}

export async function revokeDelegation(trx: Knex, id: string, now: Date): Promise<void> {
  await trx<DelegationRow>('delegations').where({ id }).update({ revoked_at: now })
}

function delegations(trx: Knex): Knex.QueryBuilder<Delegation, Delegation[]> {
  return trx('delegations as d')
    .join('members as g', 'g.person_id', 'd.from_person')
    .join('members as t', 't.person_id', 'd.to_person')
    .select('d.*', 'g.role', 'g.name as from_name', 't.name as to_name')
}
