import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { changeProject, lockProject, type ProjectRow } from '#db/identity/projects.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { projectBody, projectSchema, timeZoneField } from './project.ts'

export const patchProject = endpoint({
  method: 'patch',
  path: '/projects/:key',
  family: 'Projects',
  summary: 'Change the project that the token is for',
  description: 'Its key stays. Limits of periods that have begun go on being counted in the new time zone.',
  access: 'PROJECT_MANAGER',
  params: z.strictObject({ key: text(63).meta({ description: 'Key of the project' }) }),
  body: patchBody({ name: text().optional(), timeZone: timeZoneField.optional() }),
  answers: { 200: { description: 'As it is now', body: projectSchema } },
  async handle({ params, body, caller }, { db }) {
    const { projectId: currentId, role, personId } = caller
    const changed = await inProject(db, currentId, async (trx) => {
      const before = await lockProject(trx, currentId)
      if (before?.key !== params.key) throw notFound('key', 'project')
      const after = await changeProject(trx, before.id, { name: body.name, time_zone: body.timeZone })
      await appendAudit(trx, currentId, [
        {
          actor: personId,
          source: 'api',
          action: 'project.change',
          subjectType: 'project',
          subjectId: before.id,
          before: projectFacts(before),
          after: projectFacts(after),
        },
      ])
      return after
    })
    return { status: 200, body: projectBody(changed, { role, currentId }) }
  },
})

function projectFacts({ key, name, time_zone: timeZone }: ProjectRow) {
  return { key, name, timeZone }
}
