import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { lockSignInPolicy, readSignInPolicy, setSignInPolicy } from '#db/identity/sign-in-policy.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint } from '../../http/endpoint.ts'
import { patchBody } from '../../http/patch-body.ts'
import { Problem } from '../../http/problem.ts'

const policyAnswer = z.strictObject({
  status: z.literal('ok'),
  signInPolicy: z.strictObject({ clientsNeedOtp: z.boolean(), staffNeedOtp: z.boolean() }).meta({
    id: 'SignInPolicy',
    description: 'Whether a code is sent at each sign-in of clients, and of staff, whatever they chose',
  }),
})

export const getSignInPolicy = endpoint({
  method: 'get',
  path: '/sign-in-policy',
  family: 'Security',
  summary: 'Read what the project demands of a sign-in',
  access: 'USER_MANAGER',
  answers: { 200: { description: 'The policy', body: policyAnswer } },
  async handle({ caller }, { db }) {
    const signInPolicy = await inProject(db, caller.projectId, (trx) =>
      readSignInPolicy(trx, caller.projectId),
    )
    return { status: 200, body: { status: 'ok', signInPolicy } }
  },
})

export const changeSignInPolicy = endpoint({
  method: 'patch',
  path: '/sign-in-policy',
  family: 'Security',
  summary: 'Demand a second step of all clients, or of all staff',
  description: 'It holds from the next sign-in; who is signed in stays so. Off in a new project.',
  access: 'USER_MANAGER',
  body: patchBody({ clientsNeedOtp: z.boolean().optional(), staffNeedOtp: z.boolean().optional() }),
  answers: { 200: { description: 'The policy as it is now', body: policyAnswer } },
  async handle({ body, caller }, deps) {
    for (const parameter of ['clientsNeedOtp', 'staffNeedOtp'] as const) {
      if (body[parameter]) demandSomeDelivery(deps, parameter)
    }
    const signInPolicy = await inProject(deps.db, caller.projectId, async (trx) => {
      const before = await lockSignInPolicy(trx, caller.projectId)
      const after = {
        clientsNeedOtp: body.clientsNeedOtp ?? before.clientsNeedOtp,
        staffNeedOtp: body.staffNeedOtp ?? before.staffNeedOtp,
      }
      await setSignInPolicy(trx, caller.projectId, after)
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'sign_in_policy.change',
          subjectType: 'project',
          subjectId: caller.projectId,
          before,
          after,
        },
      ])
      return after
    })
    return { status: 200, body: { status: 'ok', signInPolicy } }
  },
})

/** Codes that nobody gets would lock everybody out, whoever switched them on included. */
function demandSomeDelivery({ sandbox, channels }: ApiDeps, parameter: string): void {
  if (sandbox || channels.length > 0) return
  throw new Problem(409, 'delivery_not_configured', {
    detail: 'This installation has no way to send e-mails or text messages, so no code can be delivered.',
    errors: [{ parameter, message: 'needs a way to deliver codes' }],
  })
}
