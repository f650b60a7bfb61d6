import { inProject } from '#db/connection.ts'
import { demandPerson } from '#db/identity/people.ts'
import { endpoint } from '../../http/endpoint.ts'
import { settingsAnswer, settingsBody } from './settings.ts'

export const getSecuritySettings = endpoint({
  method: 'get',
  path: '/profiles/my/security-settings',
  family: 'Security',
  summary: 'Read how one signs in',
  access: 'signed_in',
  alsoRefuses: [404],
  answers: { 200: { description: 'One’s own settings', body: settingsAnswer } },
  async handle({ caller }, { db }) {
    const body = await inProject(db, caller.projectId, async (trx) =>
      settingsBody(trx, caller, await demandPerson(trx, caller.personId)),
    )
    return { status: 200, body }
  },
})
