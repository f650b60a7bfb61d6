import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { findMember } from '#db/identity/members.ts'
import { addAdministrator, addProject } from '#db/identity/new-project.ts'
import { lockPerson } from '#db/identity/people.ts'
import { findProject } from '#db/identity/projects.ts'
import { readLogin } from '#domain/identity/login.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { keyField, projectBody, projectSchema, timeZoneField } from './project.ts'

export const createProject = endpoint({
  method: 'post',
  path: '/projects',
  family: 'Projects',
  summary: 'Create a project',
  description:
    'You become its administrator, and sign in to it with the header X-Project. It is born with contracts under which nothing costs anything.',
  access: 'PROJECT_MANAGER',
  body: z.strictObject({
    key: keyField,
    name: text(),
    timeZone: timeZoneField.optional().meta({ description: 'UTC where it is left out' }),
  }),
  answers: { 201: { description: 'Created', body: projectSchema } },
  async handle({ body, caller }, { db, newId }) {
    const { login: loginText, personId } = caller
    const login = readLogin(loginText)
    if (!login) throw new Error('somebody is signed in whose login cannot be read')
    const name = await inProject(db, caller.projectId, async (trx) => (await findMember(trx, personId))?.name)
    const id = newId('prj')
    const by = { actor: personId, source: 'api' } as const
    const created = await inProject(db, id, async (trx) => {
      await lockPerson(trx, { id: personId, login: login.text })
      const organizationId = newId('org')
      const added = await addProject(trx, { ...body, id, organizationId }, by)
      if (!added) throw conflict('project_exists', 'key', 'is taken by another project')
      const administrator = { memberId: newId('mem'), projectId: id, organizationId, personId, login }
      added.push(await addAdministrator(trx, { ...administrator, name: name ?? null }, by))
      await appendAudit(trx, id, added)
      return findProject(trx, body.key)
    })
    if (!created) throw new Error(`project ${body.key} was created and is not there`)
    const seen = { role: 'administrator', currentId: caller.projectId } as const
    return { status: 201, body: projectBody(created, seen) }
  },
})
