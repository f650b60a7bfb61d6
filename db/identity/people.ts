import type { Knex } from 'knex'
import type { TwoStep } from '#domain/identity/two-step.ts'

export type PersonRow = {
  id: string
  login: string
  /** Null until an invited person has proved the login and chosen a password. */
  password_hash: string | null
  /** What they chose for themselves; a project may demand more. */
  two_step: TwoStep
  created_at: Date
}

export async function findPersonByLogin(db: Knex, login: string): Promise<PersonRow | undefined> {
  return db<PersonRow>('people').where({ login }).first()
}

/** The person with this login, new or not, locked until the transaction ends. */
export async function lockPerson(trx: Knex, person: { id: string; login: string }): Promise<PersonRow> {
  await trx<PersonRow>('people').insert(person).onConflict('login').ignore()
  const row = await trx<PersonRow>('people').where({ login: person.login }).forNoKeyUpdate().first()
  return present(row)
}

export async function demandPerson(db: Knex, personId: string): Promise<PersonRow> {
  return present(await db<PersonRow>('people').where({ id: personId }).first())
}

/** Locked until the transaction ends, so that their password and second step change one after another. */
export async function holdPerson(trx: Knex, personId: string): Promise<PersonRow> {
  return present(await trx<PersonRow>('people').where({ id: personId }).forNoKeyUpdate().first())
}

export async function setPassword(trx: Knex, personId: string, passwordHash: string): Promise<void> {
  await trx<PersonRow>('people').where({ id: personId }).update({ password_hash: passwordHash })
}

export async function setTwoStep(trx: Knex, personId: string, twoStep: TwoStep): Promise<void> {
  await trx<PersonRow>('people').where({ id: personId }).update({ two_step: twoStep })
}

function present(row: PersonRow | undefined): PersonRow {
  if (!row) throw new Error('a person vanished; people are never deleted')
  return row
}
