import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findMember } from '#db/identity/members.ts'
import { listProjectsOfPerson } from '#db/identity/projects.ts'
import { endpoint } from '../../http/endpoint.ts'
import { projectBody, projectSchema } from './project.ts'

export const getProjects = endpoint({
  method: 'get',
  path: '/projects',
  family: 'Projects',
  summary: 'List the projects that you belong to',
  description: 'With your role in each. A sign-in with the header X-Project gives a token for another one.',
  access: 'signed_in',
  answers: {
    200: {
      description: 'All of them, oldest first',
      body: z.strictObject({ message: z.string(), data: z.array(projectSchema) }),
    },
  },
  async handle({ caller: { personId, projectId: currentId } }, { db }) {
    const data: z.infer<typeof projectSchema>[] = []
    for (const project of await listProjectsOfPerson(db, personId)) {
      const member = await inProject(db, project.id, (trx) => findMember(trx, personId))
      if (member?.active) data.push(projectBody(project, { role: member.role, currentId }))
    }
    const message = data.length === 0 ? 'No data to display' : `${data.length} project(s)`
    return { status: 200, body: { message, data } }
  },
})
