import { isValidBIC } from 'ibantools'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { addBank, type BankRow } from '#db/catalogue/banks.ts'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { bankBody, bankSchema } from './bank.ts'

/** Kept in capitals, so that the same code is the same bank. */
const bic = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9]{8}([A-Za-z0-9]{3})?$/, { error: 'must have 8 or 11 letters and digits', abort: true })
  .toUpperCase()
  .refine(isValidBIC, 'is not a BIC: four letters, a country that exists, a place, and perhaps a branch')

export const createBank = endpoint({
  method: 'post',
  path: '/bank-catalog',
  family: 'Banks',
  summary: 'Add a bank to the catalogue',
  access: 'BANK_CATALOG_MANAGER',
  body: z.strictObject({
    name: text().meta({ examples: ['First Bank'] }),
    bic: bic.meta({ examples: ['DEUTDEFF'] }),
    swift: bic.meta({ examples: ['DEUTDEFFXXX'] }),
    address: text(300)
      .optional()
      .meta({ examples: ['1 Main Street'] }),
    city: text(100)
      .optional()
      .meta({ examples: ['Frankfurt'] }),
    country: text(60)
      .optional()
      .meta({ examples: ['DE'] }),
    zipCode: text(20)
      .optional()
      .meta({ examples: ['60311'] }),
    platform: text(64)
      .optional()
      .meta({
        examples: ['simulated'],
        description: 'Label of the integration that pays out through this bank; without it a person does',
      }),
  }),
  answers: { 201: { description: 'Added', body: bankSchema } },
  async handle({ body, caller }, { db, newId, platforms }) {
    if (body.platform !== undefined && !platforms.has(body.platform)) {
      const known = [...platforms.keys()].join(', ') || 'none'
      throw badParameter('platform', `is not a platform of this installation; known: ${known}`)
    }
    const row: BankRow = {
      id: newId('bnk'),
      project_id: caller.projectId,
      name: body.name,
      address: body.address ?? null,
      bic: body.bic,
      swift: body.swift,
      city: body.city ?? null,
      country: body.country ?? null,
      zip_code: body.zipCode ?? null,
      platform: body.platform ?? null,
    }
    await inProject(db, caller.projectId, async (trx) => {
      const taken = await addBank(trx, row)
      if (taken) throw conflict('bank_exists', taken, 'is taken by another bank of this project')
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'bank.create',
          subjectType: 'bank',
          subjectId: row.id,
          after: bankBody(row),
        },
      ])
    })
    return { status: 201, body: bankBody(row) }
  },
})
