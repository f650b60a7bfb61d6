import { bootstrap } from '#db/identity/bootstrap.ts'
import { inProject, type Database } from '#db/connection.ts'
import { addMember } from '#db/identity/members.ts'
import { matchesHash } from '#db/identity/password-hash.ts'
import { lockPerson } from '#db/identity/people.ts'
import { connect } from '#test/support/connect.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

const PASSWORD = 'Tall-Ship7#mast'
const LOGIN = 'admin@sluice.test'

let database: TestDatabase
let db: Database

beforeEach(async () => {
  database = await createDatabase()
  db = connect(database.url, 2)
})

afterEach(async () => {
  await db.destroy()
  await database.drop()
})

describe('bootstrapping', () => {
  test('makes the first project, its system organization and its administrator, and says so', async () => {
    await run(' Admin@Sluice.TEST ')
    const { projects, people, organizations, members, audit, theirs } = await everything()
    const [project, person, organization] = [projects?.[0], people?.[0], organizations?.[0]] as {
      id: string
    }[]
    expect(projects).toEqual([{ id: project?.id, key: 'main' }])
    expect(people).toMatchObject([{ login: LOGIN }])
    expect(organizations).toEqual([{ id: organization?.id, type: 'system', project_id: project?.id }])
    expect(members).toEqual([
      {
        person_id: person?.id,
        organization_id: organization?.id,
        role: 'administrator',
        email_verified: true,
      },
    ])
    expect(theirs).toEqual([{ person_id: person?.id, project_id: project?.id, is_default: true }])
    expect(audit).toEqual(
      ['project.create', 'organization.create', 'user.create', 'user.set_password'].map((action) => ({
        action,
        source: 'system',
        actor_id: null,
      })),
    )
  })

  test('again, or by several processes at once, changes nothing', async () => {
    await Promise.all([run(), run(), run()])
    const once = await everything()
    expect(once).toMatchObject({ projects: [{}], people: [{}], organizations: [{}], members: [{}] })
    await run()
    expect(await everything()).toEqual(once)
  })

  test('with another password changes it and ends the sessions of the old one', async () => {
    await run()
    const before = await everything()
    const [{ person_id, project_id }] = before['theirs'] as [{ person_id: string; project_id: string }]
    const token = { token_hash: Buffer.from('x'), person_id, project_id, member_id: 'mem_1' }
    await db('tokens').insert({ ...token, expires_at: new Date(Date.now() + 60_000) })
    await run(LOGIN, PASSWORD)
    expect(await db('tokens')).toHaveLength(1)
    await run(LOGIN, 'Other-Ship9#keel')
    expect(await db('tokens')).toHaveLength(0)
    const person = await db('people').first<{ password_hash: string }>()
    expect(await matchesHash('Other-Ship9#keel', person.password_hash)).toBe(true)
    const after = await everything()
    expect(after['audit']?.length).toBe((before['audit']?.length ?? 0) + 1)
    expect(after['members']).toEqual(before['members'])
  })

  test('with another login adds one more administrator', async () => {
    await run()
    await run('+12025550100')
    const { members, organizations } = await everything()
    expect(organizations).toHaveLength(1)
    expect(members).toMatchObject([{ role: 'administrator' }, { role: 'administrator' }])
  })

  test('never takes over the login of somebody who is no administrator', async () => {
    await run()
    const [{ id: projectId }] = (await db('projects')) as [{ id: string }]
    await inProject(db, projectId, async (trx) => {
      const person = await lockPerson(trx, { id: 'usr_client', login: 'client@example.com' })
      const { id: organizationId } = await trx('organizations').first<{ id: string }>('id')
      const login = { text: person.login, channel: 'email' } as const
      await addMember(trx, {
        id: 'mem_client',
        projectId,
        personId: person.id,
        organizationId,
        role: 'individual',
        name: null,
        login,
        verified: true,
      })
    })
    await expect(run('client@example.com')).rejects.toThrow('individual')
    const client = await db('people').where({ id: 'usr_client' }).first<{ password_hash: null }>()
    expect(client.password_hash).toBeNull()
  })

  test.each([
    ['a login that is none', 'jane', PASSWORD, 'must be an e-mail address'],
    ['a password that is too common', LOGIN, 'Password1!', 'is too common'],
    ['a password that breaks several rules', LOGIN, 'abcdefgh', 'an upper-case letter, must hold a digit'],
  ])('refuses %s and changes nothing', async (...row) => {
    const [, login, password, message] = row
    await expect(run(login, password)).rejects.toThrow(message)
    expect(await everything()).toEqual({ projects: [], people: [] })
  })
})

describe('a slow hash', () => {
  test('matches its secret in any Unicode spelling, and nothing else', async () => {
    const { hashSecret } = await import('#db/identity/password-hash.ts')
    const hash = await hashSecret('Zu\u0308rich&7')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await matchesHash('Z\u00fcrich&7', hash)).toBe(true)
    expect(await matchesHash('Zurich&7', hash)).toBe(false)
    expect([await matchesHash('x', null), await matchesHash('', undefined)]).toEqual([false, false])
  })
})

function run(adminLogin = LOGIN, adminPassword = PASSWORD): Promise<void> {
  return bootstrap({ databaseUrl: database.url, adminLogin, adminPassword })
}

async function everything(): Promise<Record<string, unknown[]>> {
  const projects = await db<{ id: string; key: string }>('projects').select('id', 'key')
  const people = await db('people').select('id', 'login', 'password_hash')
  const [first] = projects
  if (!first) return { projects, people }
  return inProject(db, first.id, async (trx) => ({
    projects,
    people,
    organizations: await trx('organizations').select('id', 'type', 'project_id'),
    members: await trx('members').select('person_id', 'organization_id', 'role', 'email_verified'),
    audit: await trx('audit_rows').orderBy('seq').select('action', 'source', 'actor_id'),
    theirs: await trx('person_projects').select('person_id', 'project_id', 'is_default'),
  }))
}
