import { createHash, randomBytes } from 'node:crypto'
import { Client } from 'pg'
import type { Person } from './caller.ts'

/**
 * People with a token each, written where the product keeps them: without mail there is no way to invite anybody over the API,
 * and passwords are not what is tortured here.
 */
export async function hirePeople(ownerUrl: string) {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  const { rows } = await client.query<{ id: string }>('select id from projects order by created_at limit 1')
  const project = rows[0]?.id ?? ''
  await client.query("select set_config('sluice.project', $1, false)", [project])
  const insert = async (table: string, row: Readonly<Record<string, unknown>>) => {
    const columns = Object.keys(row)
    const places = columns.map((_, i) => `$${i + 1}`)
    await client.query(
      `insert into ${table} (${columns.join()}) values (${places.join()})`,
      Object.values(row),
    )
  }

  async function hire(role: string, organization: string): Promise<Person> {
    const [id, member, token] = [newId('usr'), newId('mem'), randomBytes(32).toString('base64url')]
    await insert('people', { id, login: `${id}@torture.example` })
    await insert('person_projects', { person_id: id, project_id: project, is_default: true })
    await insert('members', {
      id: member,
      project_id: project,
      person_id: id,
      organization_id: organization,
      role,
    })
    await insert('tokens', {
      token_hash: createHash('sha256').update(token).digest(),
      person_id: id,
      project_id: project,
      member_id: member,
      expires_at: new Date(Date.now() + 6 * 3_600_000),
    })
    return { id, token }
  }

  const system = await client.query<{ id: string }>(
    "select id from organizations where type = 'system' limit 1",
  )
  return {
    hireStaff: (role: string) => hire(role, system.rows[0]?.id ?? ''),
    addClient: async (name: string) => {
      const organization = newId('org')
      await insert('organizations', {
        id: organization,
        project_id: project,
        type: 'individual',
        name,
        identification_status: 'approved',
      })
      return { ...(await hire('individual', organization)), organization, name }
    },
    close: () => client.end(),
  }
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(13).toString('hex')}`
}
