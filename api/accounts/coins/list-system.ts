import { z } from 'zod'
import { listSystemCoins, type SystemCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { formatAmount } from '#domain/money.ts'
import { currencyBody, currencySchema } from '../../catalogue/currencies/currency.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountOut } from '../../http/fields.ts'
import { coinIssuerBody, coinIssuerSchema } from '../../catalogue/issuers/issuer.ts'

const systemCoinSchema = z
  .strictObject({
    serial: z.string().meta({ description: 'Its id in the book' }),
    type: z.string().meta({ examples: ['issuing_transit', 'payout_transit', 'suspense'] }),
    amount: amountOut,
    availableAmount: amountOut,
    usage: z.enum(['accounting', 'circulation']),
    technical: z.boolean(),
    currency: currencySchema,
    issuer: coinIssuerSchema,
  })
  .meta({ id: 'SystemCoin' })

/** Mounted before `/organizations/:id/coins`, which would take "system" for an id. */
export const getSystemCoins = endpoint({
  method: 'get',
  path: '/organizations/system/coins',
  family: 'Coins',
  summary: "List the book's system accounts",
  description:
    'For each issuer: what all in `circulation` adds up to is what issuing_balance shows, negated.',
  access: 'SYSTEM_COIN_VIEWER',
  answers: {
    200: { description: 'All of them', body: z.strictObject({ records: z.array(systemCoinSchema) }) },
  },
  async handle({ caller }, { db }) {
    const coins = await inProject(db, caller.projectId, listSystemCoins)
    return { status: 200, body: { records: coins.map(systemCoinBody) } }
  },
})

function systemCoinBody(coin: SystemCoin): z.infer<typeof systemCoinSchema> {
  const { fraction } = coin.currency
  const posted = BigInt(coin.posted)
  return {
    serial: coin.id,
    type: coin.type,
    amount: formatAmount(posted, fraction),
    availableAmount: formatAmount(posted - BigInt(coin.held), fraction),
    usage: coin.usage,
    technical: coin.technical,
    currency: currencyBody(coin.currency),
    issuer: coinIssuerBody(coin),
  }
}
