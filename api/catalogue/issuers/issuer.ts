import { z } from 'zod'
import type { CurrencyRow } from '#db/catalogue/currencies.ts'
import type { Issuer, IssuerRow } from '#db/catalogue/issuers.ts'
import { currencyBody, currencySchema } from '../currencies/currency.ts'

export const issuerSchema = z
  .strictObject({
    id: z.string().meta({ examples: ['iss_01h2xcejqtf2nbrexx3vqjhp41'] }),
    sn: z.string().meta({ description: 'Serial number of the issuer' }),
    snPrefix: z.string().meta({ description: 'What the serials of its coins begin with', examples: ['EUR'] }),
    name: z.string(),
    description: z.string().nullable(),
    active: z.boolean(),
    orderNumber: z.int().nullable(),
    orderQuote: z.int().nullable(),
    currency: currencySchema,
  })
  .meta({ id: 'Issuer' })

export function issuerBody(row: Issuer): z.infer<typeof issuerSchema> {
  return {
    id: row.id,
    sn: row.sn,
    snPrefix: row.sn_prefix,
    name: row.name,
    description: row.description,
    active: row.active,
    orderNumber: row.order_number,
    orderQuote: row.order_quote,
    currency: currencyBody(row.currency),
  }
}

/** The issuer as a coin names it. */
export const coinIssuerSchema = z
  .strictObject({ id: z.string(), sn: z.string(), currency: currencySchema, symbol: z.string() })
  .meta({ id: 'CoinIssuer' })

export function coinIssuerBody(coin: {
  issuer: IssuerRow
  currency: CurrencyRow
}): z.infer<typeof coinIssuerSchema> {
  return {
    id: coin.issuer.id,
    sn: coin.issuer.sn,
    currency: currencyBody(coin.currency),
    symbol: coin.currency.symbol,
  }
}
