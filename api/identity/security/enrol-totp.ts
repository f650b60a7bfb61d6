import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addTotp, placeOfSecret } from '#db/identity/totp.ts'
import { PASSWORD_MAX } from '#domain/identity/password.ts'
import { endpoint } from '../../http/endpoint.ts'
import { conflict } from '../../http/problem.ts'
import { checkOwnPassword } from './check-own-password.ts'
import { demandSecretBox } from './demand-secret-box.ts'
import { newTotpSecret, totpUri } from './totp.ts'

export const enrolTotp = endpoint({
  method: 'post',
  path: '/profiles/my/totp',
  family: 'Security',
  summary: 'Get the secret for an authenticator app',
  description:
    'It is shown this once. Nothing changes until POST /profiles/my/totp/confirm shows that the app has it; until then another call replaces it.',
  access: 'signed_in',
  guarded: true,
  body: z.strictObject({ password: z.string().min(1).max(PASSWORD_MAX) }),
  answers: {
    201: {
      description: 'The secret, and the same as the app’s QR code holds it',
      body: z.strictObject({ status: z.literal('ok'), secret: z.string(), uri: z.string() }),
    },
  },
  async handle({ body: { password }, caller }, deps) {
    const box = demandSecretBox(deps)
    await checkOwnPassword(deps, caller, { password, parameter: 'password' })
    const secret = newTotpSecret(deps.randomBytes)
    await inProject(deps.db, caller.projectId, async (trx) => {
      if (!(await addTotp(trx, caller.personId, box.seal(secret, placeOfSecret(caller.personId)))))
        throw conflict('totp_in_force', 'totp', 'is in force: remove it first with one of its codes')
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'user.enrol_totp',
          subjectType: 'user',
          subjectId: caller.personId,
        },
      ])
    })
    return { status: 201, body: { status: 'ok', secret, uri: totpUri(secret, caller.login) } }
  },
})
