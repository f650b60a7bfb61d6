import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { removeToken } from '#db/identity/tokens.ts'
import { endpoint } from '../../http/endpoint.ts'

export const removeAuthorization = endpoint({
  method: 'delete',
  path: '/authorization',
  family: 'Authorization',
  summary: 'Sign out: the token of this call stops working',
  access: 'signed_in',
  answers: { 204: { description: 'Signed out' } },
  async handle({ caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      await removeToken(trx, caller.tokenHash)
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'token.remove',
          subjectType: 'user',
          subjectId: caller.personId,
        },
      ])
    })
    return { status: 204 }
  },
})
