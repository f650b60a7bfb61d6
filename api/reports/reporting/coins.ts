import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { readCoinTotals, type CoinTotalsRow } from '#db/reports/trial-balance.ts'
import { formatAmount } from '#domain/money.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountOut, text } from '../../http/fields.ts'
import { coinIssuerBody, coinIssuerSchema } from '../../catalogue/issuers/issuer.ts'

const totalsSchema = z
  .strictObject({
    issuer: coinIssuerSchema,
    coins: z.int().meta({ description: 'How many are open' }),
    amount: amountOut,
    availableAmount: amountOut,
    heldAmount: amountOut,
  })
  .meta({ id: 'CoinTotals' })

export const getCoinTotals = endpoint({
  method: 'get',
  path: '/reporting/coins',
  family: 'Reports',
  summary: 'What clients have in all, by issuer',
  access: 'REPORT_VIEWER',
  query: z.strictObject({
    currency: text(12).optional().meta({ description: 'Code of a currency; all where it is left out' }),
  }),
  answers: {
    200: {
      description: 'One for each issuer',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(totalsSchema) }),
    },
  },
  async handle({ query, caller }, { db }) {
    const rows = await inProject(db, caller.projectId, (trx) => readCoinTotals(trx, query.currency))
    return { status: 200, body: { status: 'ok', records: rows.map(totalsBody) } }
  },
})

function totalsBody(row: CoinTotalsRow): z.infer<typeof totalsSchema> {
  const { fraction } = row.currency
  const [posted, held] = [BigInt(row.posted), BigInt(row.held)]
  return {
    issuer: coinIssuerBody(row),
    coins: row.coins,
    amount: formatAmount(posted, fraction),
    availableAmount: formatAmount(posted - held, fraction),
    heldAmount: formatAmount(held, fraction),
  }
}
