import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { setMainCurrency } from '#db/catalogue/currencies.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { currencyBody, currencyId, currencySchema } from './currency.ts'

export const makeCurrencyMain = endpoint({
  method: 'patch',
  path: '/currencies/:id/set-main',
  family: 'Currencies',
  summary: 'Make it the main currency',
  description: 'A project has one main currency at most; the one before it is main no more.',
  access: 'CURRENCY_MANAGER',
  params: currencyId,
  answers: { 200: { description: 'As it is now', body: currencySchema } },
  async handle({ params, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const change = await setMainCurrency(trx, params.id)
      if (!change) throw notFound('id', 'currency')
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'currency.set_main',
          subjectType: 'currency',
          subjectId: params.id,
          before: currencyBody(change.before),
          after: currencyBody(change.after),
        },
      ])
      return change.after
    })
    return { status: 200, body: currencyBody(changed) }
  },
})
