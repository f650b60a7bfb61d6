import { z } from 'zod'
import { permissionsOf } from '#domain/identity/role.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { askAnswers } from '../money-answers.ts'
import { askOrder } from './ask-order.ts'
import { assetParams } from './asset-params.ts'

export const depositOnPlatform = endpoint({
  method: 'post',
  path: '/assets/:id/deposit',
  family: 'Platforms',
  summary: 'Deposit on an asset that a platform keeps',
  description:
    'The platform is asked to credit it; our balance moves when it has confirmed. Asked for by a client it waits for an accountant first.',
  access: ['BANK_TOP_UP_CREATION_EXECUTOR', 'BANK_TOP_UP_REQUESTER'],
  idempotent: true,
  params: assetParams,
  body: z.strictObject({ amount: amountText, description: text(500).optional() }),
  alsoRefuses: [404],
  answers: askAnswers,
  handle: ({ params, body, caller, headers }, deps) =>
    askOrder(deps, caller, {
      kind: 'platform_deposit',
      path: 'deposit',
      asset: params.id,
      body,
      headers,
      needsDecision: !permissionsOf(caller.role).includes('BANK_TOP_UP_CREATION_EXECUTOR'),
      restOf: () => Promise.resolve({}),
    }),
})
