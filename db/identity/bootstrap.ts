import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { readLogin, type Login } from '#domain/identity/login.ts'
import { brokenPasswordRules } from '#domain/identity/password.ts'
import { newId } from '#domain/ids.ts'
import { appendAudit, type AuditEntry } from '../audit.ts'
import { connect } from '../connection.ts'
import { findMember } from './members.ts'
import { addAdministrator, addProject } from './new-project.ts'
import { hashSecret, matchesHash } from './password-hash.ts'
import { lockPerson, setPassword, type PersonRow } from './people.ts'
import { findProject } from './projects.ts'
import { removeTokensOf } from './tokens.ts'

const PROJECT_KEY = 'main'
/** Any number, but the same in every process: only one bootstraps at a time. */
const LOCK = 7_514_202
const BY_THE_SYSTEM = { actor: null, source: 'system' } as const

type Wanted = { readonly databaseUrl: string; readonly adminLogin: string; readonly adminPassword: string }

/** The first project, its system organization and its administrator. What exists stays, so it may run at every start. */
export async function bootstrap({ databaseUrl, adminLogin, adminPassword }: Wanted): Promise<void> {
  const login = readLogin(adminLogin)
  if (!login)
    throw new Error('The administrator’s login must be an e-mail address or an international phone number.')
  const broken = brokenPasswordRules(adminPassword)
  if (broken.length > 0) throw new Error(`The administrator’s password ${broken.join(', ')}.`)
  const db = connect(databaseUrl, 1)
  try {
    await db.transaction(async (trx) => {
      await trx.raw('select pg_advisory_xact_lock(?)', [LOCK])
      const audit: AuditEntry[] = []
      const projectId = await ensureProject(trx, audit)
      const person = await lockPerson(trx, { id: freshId('usr'), login: login.text })
      await ensureAdministrator(trx, { projectId, person, login }, audit)
      await ensurePassword(trx, { person, password: adminPassword }, audit)
      if (audit.length > 0) await appendAudit(trx, projectId, audit)
    })
  } finally {
    await db.destroy()
  }
}

async function ensureProject(trx: Knex, audit: AuditEntry[]): Promise<string> {
  const found = await findProject(trx, PROJECT_KEY)
  const id = found?.id ?? freshId('prj')
  await trx.raw("select set_config('sluice.project', ?, true)", [id])
  if (found) return id
  const project = { id, key: PROJECT_KEY, name: 'Main', organizationId: freshId('org') }
  audit.push(...((await addProject(trx, project, BY_THE_SYSTEM)) ?? []))
  return id
}

type Administrator = { readonly projectId: string; readonly person: PersonRow; readonly login: Login }

async function ensureAdministrator(
  trx: Knex,
  { projectId, person, login }: Administrator,
  audit: AuditEntry[],
): Promise<void> {
  const found = await findMember(trx, person.id)
  if (found && found.role !== 'administrator')
    throw new Error(
      `The administrator’s login belongs to somebody with the role ${found.role}; give another login.`,
    )
  if (found) return
  const system = await trx<{ id: string; type: string }>('organizations')
    .where({ type: 'system' })
    .orderBy('created_at')
    .first()
  if (!system) throw new Error('The project has no system organization.')
  const member = { memberId: freshId('mem'), organizationId: system.id, name: 'Administrator' }
  const administrator = { ...member, projectId, personId: person.id, login }
  audit.push(await addAdministrator(trx, administrator, BY_THE_SYSTEM))
}

/** Another password than last time: the old one's sessions end with it. */
async function ensurePassword(
  trx: Knex,
  { person, password }: { person: PersonRow; password: string },
  audit: AuditEntry[],
): Promise<void> {
  if (await matchesHash(password, person.password_hash)) return
  await setPassword(trx, person.id, await hashSecret(password))
  await removeTokensOf(trx, person.id)
  audit.push({
    ...BY_THE_SYSTEM,
    action: 'user.set_password',
    subjectType: 'user',
    subjectId: person.id,
  })
}

/** Bootstrapping is the edge of the program, so here the clock and chance are real. */
function freshId(prefix: string): string {
  return newId(prefix, Date.now(), randomBytes(16))
}
