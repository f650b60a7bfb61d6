import { inProject } from '#db/connection.ts'
import { CLIENT_ROLES, isClientRole, ROLES, type Role } from '#domain/identity/role.ts'
import type { Answer, Call } from '#test/support/api.ts'
import { openTestBook, type TestBook } from '#test/support/book.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { fingerprint, projectTables } from './fingerprint.ts'
import { addBanks, addClient, signIn, type Person } from '#test/support/engine-people.ts'

/** A project with one person of every role of staff who calls, and one of each who makes what the calls are about. */
export type Tenant = {
  readonly book: TestBook
  readonly bankId: string
  /** One of each role; those of clients have a coin. */
  readonly callers: ReadonlyMap<Role, Person>
  /** By somebody other than the callers, for four eyes are counted in persons. @returns what was made */
  post(role: Role, path: string, body: object): Promise<Answer>
  colleague(role: Role): Person
  /** One hash for each table of every row that the project has in it. */
  fingerprint(): Promise<Record<string, string>>
  close(): Promise<void>
}

export async function openTenant(database: TestDatabase, call: Call): Promise<Tenant> {
  const book = await openTestBook(database)
  const callers = new Map<Role, Person>()
  const crew = new Map<Role, Person>()
  for (const role of ROLES.filter((one) => !isClientRole(one)))
    for (const people of [callers, crew]) people.set(role, await signIn(book, await book.addPerson(role)))
  for (const role of CLIENT_ROLES) callers.set(role, await addTenantClient({ book }, role))
  const tables = await projectTables(book)
  const colleague = (role: Role) => demand(crew.get(role), `a ${role}`)
  return {
    book,
    bankId: (await addBanks(book)).manual,
    callers,
    colleague,
    async post(role, path, body) {
      const answer = await call('POST', path, { token: colleague(role).token, body })
      if (answer.status >= 300) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`)
      return answer
    },
    fingerprint: () => fingerprint(book, tables),
    close: book.close,
  }
}

export type AccessClient = Awaited<ReturnType<typeof addTenantClient>>

/** With 100.00 on a coin, and approved by compliance. */
export async function addTenantClient(
  { book }: Pick<Tenant, 'book'>,
  role: 'individual' | 'merchant' = 'individual',
) {
  const client = await addClient(book, 10_000n)
  await inProject(book.owner, book.projectId, async (trx) => {
    await trx('organizations')
      .where({ id: client.organization })
      .update({ type: role, identification_status: 'approved' })
    await trx('members').where({ person_id: client.id }).update({ role })
  })
  return { ...client, login: `${client.id}@example.org` }
}

export function demand<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`there is not ${what}`)
  return value
}
