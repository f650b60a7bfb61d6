import { z } from 'zod'
import type { CurrencyRow } from '#db/catalogue/currencies.ts'
import { CURRENCY_KINDS } from '#domain/catalogue/currency-kind.ts'
import { text } from '../../http/fields.ts'

export const currencyId = z.strictObject({
  id: text(64).meta({ description: 'Id of the currency', examples: ['cur_01h2xcejqtf2nbrexx3vqjhp41'] }),
})

export const currencySchema = z
  .strictObject({
    id: z.string(),
    snPrefix: z.string().nullable(),
    active: z.boolean(),
    code: z.string().meta({ examples: ['EUR'] }),
    digitalCode: z.string().meta({ examples: ['978'] }),
    symbol: z.string().meta({ examples: ['€'] }),
    name: z.string().meta({ examples: ['Euro'] }),
    description: z.string().nullable(),
    fraction: z.int().meta({ description: 'Decimals, 0 to 18' }),
    kind: z.enum(CURRENCY_KINDS),
    isMain: z.boolean(),
  })
  .meta({ id: 'Currency' })

export function currencyBody(row: CurrencyRow): z.infer<typeof currencySchema> {
  return {
    id: row.id,
    snPrefix: row.sn_prefix,
    active: row.active,
    code: row.code,
    digitalCode: row.digital_code,
    symbol: row.symbol,
    name: row.name,
    description: row.description,
    fraction: row.fraction,
    kind: row.kind,
    isMain: row.is_main,
  }
}
