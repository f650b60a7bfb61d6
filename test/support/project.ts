import { randomBytes } from 'node:crypto'
import { inProject, type Database } from '#db/connection.ts'
import { addMember } from '#db/identity/members.ts'
import { addOrganization } from '#db/identity/organizations.ts'
import { hashSecret } from '#db/identity/password-hash.ts'
import { lockPerson, setPassword } from '#db/identity/people.ts'
import { newId } from '#domain/ids.ts'
import type { Call } from './api.ts'
import { newLogin, PASSWORD, signIn } from './people.ts'

export type OtherProject = {
  readonly id: string
  readonly organizationId: string
  /** Of its administrator. @returns their token */
  signIn(call: Call): Promise<string>
}

/** One more project with a system organization and an administrator; no call of the API makes one yet. */
export async function addProject(db: Database, key: string): Promise<OtherProject> {
  const [id, organizationId, login] = [fresh('prj'), fresh('org'), newLogin('administrator')]
  await db('projects').insert({ id, key, name: key })
  await inProject(db, id, async (trx) => {
    await addOrganization(trx, { id: organizationId, project_id: id, type: 'system', name: 'System' })
    const person = await lockPerson(trx, { id: fresh('usr'), login })
    await setPassword(trx, person.id, await hashSecret(PASSWORD))
    await addMember(trx, {
      id: fresh('mem'),
      projectId: id,
      personId: person.id,
      organizationId,
      role: 'administrator',
      name: null,
      login: { text: login, channel: 'email' },
      verified: true,
    })
  })
  return { id, organizationId, signIn: async (call) => (await signIn(call, login, PASSWORD)).token }
}

function fresh(prefix: string): string {
  return newId(prefix, Date.now(), randomBytes(16))
}
