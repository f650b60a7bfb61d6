import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { changeCurrency, lockCurrency } from '#db/catalogue/currencies.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { currencyBody, currencyId, currencySchema } from './currency.ts'

export const patchCurrency = endpoint({
  method: 'patch',
  path: '/currencies/:id',
  family: 'Currencies',
  summary: 'Change a currency',
  description: 'Its code and decimals stay as they are: money is counted in them.',
  access: 'CURRENCY_MANAGER',
  params: currencyId,
  body: patchBody({
    name: text().optional(),
    description: text(1000).nullable().optional(),
    active: z.boolean().optional(),
  }),
  answers: { 200: { description: 'As it is now', body: currencySchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockCurrency(trx, params.id)
      if (!before) throw notFound('id', 'currency')
      const after = await changeCurrency(trx, before.id, body)
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'currency.change',
          subjectType: 'currency',
          subjectId: before.id,
          before: currencyBody(before),
          after: currencyBody(after),
        },
      ])
      return after
    })
    return { status: 200, body: currencyBody(changed) }
  },
})
