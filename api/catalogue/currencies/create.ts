import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addCurrency } from '#db/catalogue/currencies.ts'
import { CURRENCY_KINDS, usualKind } from '#domain/catalogue/currency-kind.ts'
import { usualFraction } from '#domain/catalogue/iso-4217.ts'
import { FRACTION_MAX } from '#domain/money.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { conflict } from '../../http/problem.ts'
import { currencyBody, currencySchema } from './currency.ts'

export const createCurrency = endpoint({
  method: 'post',
  path: '/currencies',
  family: 'Currencies',
  summary: 'Create a currency',
  access: 'CURRENCY_MANAGER',
  body: z.strictObject({
    code: z
      .string()
      .regex(/^[A-Z0-9]{2,12}$/, 'must be 2 to 12 capital letters or digits')
      .meta({ examples: ['EUR'] }),
    digitalCode: text(12).meta({ examples: ['978'] }),
    symbol: text(12).meta({ examples: ['€'] }),
    name: text().meta({ examples: ['Euro'] }),
    description: text(1000).optional(),
    snPrefix: z
      .string()
      .regex(/^[A-Z0-9]{1,8}$/, 'must be 1 to 8 capital letters or digits')
      .optional(),
    active: z.boolean().default(true),
    kind: z
      .enum(CURRENCY_KINDS)
      .optional()
      .meta({ description: 'By default fiat where ISO 4217 knows the code, else crypto' }),
    fraction: z
      .int()
      .min(0)
      .max(FRACTION_MAX)
      .optional()
      .meta({ description: 'Decimals; by default those of ISO 4217, else 2' }),
  }),
  answers: { 201: { description: 'Created', body: currencySchema } },
  async handle({ body, caller }, { db, newId }) {
    const id = newId('cur')
    const added = await inProject(db, caller.projectId, async (trx) => {
      const row = await addCurrency(trx, {
        id,
        project_id: caller.projectId,
        code: body.code,
        digital_code: body.digitalCode,
        symbol: body.symbol,
        name: body.name,
        description: body.description ?? null,
        sn_prefix: body.snPrefix ?? null,
        fraction: body.fraction ?? usualFraction(body.code),
        kind: body.kind ?? usualKind(body.code),
        active: body.active,
      })
      if (!row) throw conflict('currency_exists', 'code', 'is taken by another currency of this project')
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'currency.create',
          subjectType: 'currency',
          subjectId: id,
          after: currencyBody(row),
        },
      ])
      return row
    })
    return { status: 201, body: currencyBody(added) }
  },
})
