import { inProject } from '#db/connection.ts'
import { screeningLoaders } from '#db/screening/screening-data.ts'
import { createScreening } from '#integrations/screening/registry.ts'
import { subjectTo } from '#test/screening/subject.ts'
import { connect } from './connect.ts'
import { startTestApi, type Answer } from './api.ts'
import { addIssuer, freshCode, projectOf } from './catalogue.ts'
import { createDatabase } from './database.ts'
import { asAdministrator, createStaff } from './people.ts'

const TABLES = [
  'screening_policies',
  'screening_lists',
  'screening_entries',
  'screening_rules',
  'audit_rows',
] as const

export const policy = (more: object = {}) => ({
  name: `Policy ${freshCode()}`,
  types: ['bank_redeem'],
  provider: 'rules',
  ...more,
})

export const rule = (more: object = {}) => ({
  name: `Rule ${freshCode()}`,
  type: 'country',
  types: ['bank_redeem'],
  verdict: 'hit',
  countries: ['KP'],
  ...more,
})

export const list = (more: object = {}) => ({ name: `List ${freshCode()}`, onMatch: 'hit', ...more })

/** The API with a compliance manager, who calls where no other token is given, and one issuer. */
export async function openAml() {
  const database = await createDatabase()
  const db = connect(database.url, 2)
  const api = await startTestApi({ databaseUrl: database.url })
  const admin = await asAdministrator(api.call)
  const manager = await createStaff(api.call, 'compliance_manager')
  const projectId = await projectOf(db, admin.id)
  const { issuerId } = await addIssuer(api.call, admin.token)

  // Kept from check to check, as by a worker: what it keeps must never be old.
  const provider = createScreening({}, screeningLoaders(db)).get('rules')
  const call = (
    method: string,
    path: string,
    sent: { body?: unknown; token?: string } = {},
  ): Promise<Answer> => api.call(method, path, { token: manager.token, ...sent })
  const post = (path: string, body: unknown) => call('POST', path, { body })

  return {
    api,
    db,
    projectId,
    issuerId,
    call,
    post,
    patch: (path: string, body: unknown) => call('PATCH', path, { body }),
    /** @returns the id of what was created */
    created: async (path: string, body: object) => (await post(path, body)).text('id'),
    /** Actions on a subject and whether the manager took them, newest first. */
    trailOf: async (subjectId: string) => {
      const trail = await post('/audit-trails/view', { filter: { subjectIds: [subjectId] } })
      return (trail.at('records') as { action: string; actor: { id: string } }[]).map(({ action, actor }) => [
        action,
        actor.id === manager.id,
      ])
    },
    /** How much stands in the tables and in the trail; a refusal must leave it as it was. */
    rows: () =>
      inProject(db, projectId, async (trx) => {
        const counts: unknown[] = []
        for (const table of TABLES) counts.push(await trx(table).count('* as n').first())
        return counts
      }),
    /** What the embedded provider finds now, with this project's data. */
    verdictOn: async (name: string, more: object = {}) => {
      const answer = await provider?.check(subjectTo(name, { projectId, issuerId, ...more }))
      return answer?.verdict
    },
    close: async () => {
      await api.stop()
      await db.destroy()
      await database.drop()
    },
  }
}
