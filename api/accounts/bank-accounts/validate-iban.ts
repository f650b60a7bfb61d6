import { z } from 'zod'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { ibanFault } from '#domain/accounts/iban.ts'

export const validateIban = endpoint({
  method: 'post',
  path: '/iban/validate',
  family: 'Bank accounts',
  summary: 'Check an IBAN',
  description:
    "Its country's length and form, and its check digits. It does not say that the account exists.",
  access: 'signed_in',
  body: z.strictObject({ iban: text().meta({ examples: ['DE89370400440532013000'] }) }),
  answers: { 200: { description: 'Checked', body: z.strictObject({ ibanIsValid: z.boolean() }) } },
  handle: async ({ body }) => ({ status: 200, body: { ibanIsValid: ibanFault(body.iban) === undefined } }),
})
