import type { Knex } from 'knex'
import { removeCodes } from '#db/identity/one-time-codes.ts'
import { holdPerson, type PersonRow } from '#db/identity/people.ts'
import type { Caller } from '../../http/endpoint.ts'

/**
 * Before somebody changes how they sign in: what was begun in the old way is over. Locks in the order of all who touch these
 * rows: the codes, the person, the audit head.
 */
export async function holdSelf(trx: Knex, { login, personId }: Caller): Promise<PersonRow> {
  await removeCodes(trx, login, ['sign_in', 'recovery'])
  return holdPerson(trx, personId)
}
