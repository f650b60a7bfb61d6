import type { Knex } from 'knex'
import { z } from 'zod'
import { findMember } from '#db/identity/members.ts'
import { readSignInPolicy } from '#db/identity/sign-in-policy.ts'
import type { PersonRow } from '#db/identity/people.ts'
import { countRecoveryCodes } from '#db/identity/totp.ts'
import { demandedStep, TWO_STEPS } from '#domain/identity/two-step.ts'
import type { Caller } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'

export const settingsAnswer = z.strictObject({
  status: z.literal('ok'),
  securitySettings: z
    .strictObject({
      twoStep: z
        .enum(TWO_STEPS)
        .meta({ description: 'none; otp: a code is sent at each sign-in; totp: an authenticator app' }),
      demanded: z.enum(['none', 'otp']).meta({ description: 'What the project asks of this role anyway' }),
      recoveryCodesLeft: z.int().meta({ description: 'Of the authenticator app' }),
    })
    .meta({ id: 'SecuritySettings' }),
})

export async function settingsBody(
  trx: Knex,
  caller: Caller,
  { id, two_step }: PersonRow,
): Promise<z.infer<typeof settingsAnswer>> {
  const member = await findMember(trx, id)
  if (!member) throw notFound('id', 'user')
  return {
    status: 'ok',
    securitySettings: {
      twoStep: two_step,
      demanded: demandedStep(await readSignInPolicy(trx, caller.projectId), member.role),
      recoveryCodesLeft: await countRecoveryCodes(trx, id),
    },
  }
}
