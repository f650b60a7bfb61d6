import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { changeIssuer, findIssuer, lockIssuer } from '#db/catalogue/issuers.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { issuerBody, issuerSchema } from './issuer.ts'
import { orderNumber } from './order-number.ts'

export const patchIssuer = endpoint({
  method: 'patch',
  path: '/issuers/:id',
  family: 'Issuers',
  summary: 'Change an issuer',
  description: 'No new coins can be opened with an inactive issuer; those that exist stay as they are.',
  access: 'ISSUER_MANAGER',
  params: patchBody({ id: text(64).meta({ description: 'Id of the issuer' }) }),
  body: z.strictObject({
    name: text().optional(),
    description: text(1000).nullable().optional(),
    active: z.boolean().optional(),
    orderNumber: orderNumber.nullable().optional(),
    orderQuote: orderNumber.nullable().optional(),
  }),
  answers: { 200: { description: 'As it is now', body: issuerSchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockIssuer(trx, params.id)
      if (!before) throw notFound('id', 'issuer')
      const { orderNumber: order_number, orderQuote: order_quote, ...same } = body
      await changeIssuer(trx, before.id, { ...same, order_number, order_quote })
      const after = (await findIssuer(trx, before.id)) ?? before
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'issuer.change',
          subjectType: 'issuer',
          subjectId: before.id,
          before: issuerBody(before),
          after: issuerBody(after),
        },
      ])
      return after
    })
    return { status: 200, body: issuerBody(changed) }
  },
})
