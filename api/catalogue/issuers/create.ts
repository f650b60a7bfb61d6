import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { findCurrencyByCode } from '#db/catalogue/currencies.ts'
import { addIssuer, findIssuer, type Issuer } from '#db/catalogue/issuers.ts'
import { openSystemAccounts } from '#ledger/open-account.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { issuerBody, issuerSchema } from './issuer.ts'
import { orderNumber } from './order-number.ts'

const body = z.strictObject({
  snPrefix: z
    .string()
    .regex(/^[A-Z0-9]{1,8}$/, 'must be 1 to 8 capital letters or digits')
    .meta({ description: 'What the serials of its coins begin with', examples: ['EUR'] }),
  currencyCode: text(12).meta({ examples: ['EUR'] }),
  name: text().meta({ examples: ['Euro wallet money'] }),
  description: text(1000).optional(),
  active: z.boolean().default(true),
  orderNumber: orderNumber.nullable().optional(),
  orderQuote: orderNumber.nullable().optional(),
})

export const createIssuer = endpoint({
  method: 'post',
  path: '/issuers',
  family: 'Issuers',
  summary: 'Create an issuer',
  description:
    'One issue of one currency: the unit of value that the book balances in. Its system accounts are opened with it.',
  access: 'ISSUER_MANAGER',
  body,
  answers: { 201: { description: 'Created', body: issuerSchema } },
  async handle(asked, { db, newId }) {
    const { caller } = asked
    const id = newId('iss')
    const issuer = await inProject(db, caller.projectId, (trx) => open(trx, caller, { id, body: asked.body }))
    return { status: 201, body: issuerBody(issuer) }
  },
})

async function open(
  trx: Knex,
  caller: Caller,
  asked: { id: string; body: z.infer<typeof body> },
): Promise<Issuer> {
  const currency = await findCurrencyByCode(trx, asked.body.currencyCode)
  if (!currency) throw badParameter('currencyCode', 'is not the code of a currency of this project')
  const added = await addIssuer(trx, {
    id: asked.id,
    project_id: caller.projectId,
    currency_id: currency.id,
    sn_prefix: asked.body.snPrefix,
    name: asked.body.name,
    description: asked.body.description ?? null,
    active: asked.body.active,
    order_number: asked.body.orderNumber ?? null,
    order_quote: asked.body.orderQuote ?? null,
  })
  if (!added) throw conflict('issuer_exists', 'snPrefix', 'is taken by another issuer of this project')
  await openSystemAccounts(trx, caller.projectId, asked.id)
  const issuer = await findIssuer(trx, asked.id)
  if (!issuer) throw new Error(`Issuer ${asked.id} was added and is not there.`)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'issuer.create',
      subjectType: 'issuer',
      subjectId: asked.id,
      after: issuerBody(issuer),
    },
  ])
  return issuer
}
