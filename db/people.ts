import type { Knex } from 'knex'

export type PersonRow = {
  id: string
  login: string
  /** Null until an invited person has proved the login and chosen a password. */
  password_hash: string | null
  created_at: Date
}

export async function findPersonByLogin(db: Knex, login: string): Promise<PersonRow | undefined> {
  return db<PersonRow>('people').where({ login }).first()
}

/** The person with this login, new or not, locked until the transaction ends. */
export async function lockPerson(trx: Knex, person: { id: string; login: string }): Promise<PersonRow> {
  await trx<PersonRow>('people').insert(person).onConflict('login').ignore()
  const row = await trx<PersonRow>('people').where({ login: person.login }).forNoKeyUpdate().first()
  if (!row) throw new Error('a person vanished; people are never deleted')
  return row
}

export async function setPassword(trx: Knex, personId: string, passwordHash: string): Promise<void> {
  await trx<PersonRow>('people').where({ id: personId }).update({ password_hash: passwordHash })
}
