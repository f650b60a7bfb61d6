import { z } from 'zod'
import type { BankRow } from '#db/catalogue/banks.ts'

export const bankSchema = z
  .strictObject({
    bankId: z.string().meta({ examples: ['bnk_01h2xcejqtf2nbrexx3vqjhp41'] }),
    name: z.string(),
    address: z.string().nullable(),
    bic: z.string().meta({ examples: ['DEUTDEFF'] }),
    swift: z.string().meta({ examples: ['DEUTDEFFXXX'] }),
    city: z.string().nullable(),
    country: z.string().nullable(),
    zipCode: z.string().nullable(),
    platform: z
      .string()
      .nullable()
      .meta({ description: 'Label of the integration that pays out through this bank; null: a person does' }),
  })
  .meta({ id: 'Bank' })

export function bankBody(row: BankRow): z.infer<typeof bankSchema> {
  return {
    bankId: row.id,
    name: row.name,
    address: row.address,
    bic: row.bic,
    swift: row.swift,
    city: row.city,
    country: row.country,
    zipCode: row.zip_code,
    platform: row.platform,
  }
}
