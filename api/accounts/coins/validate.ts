import { z } from 'zod'
import { findCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { fitsCheckDigit, hasSerialForm } from '#domain/accounts/coin-serial.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { coinIssuerBody, coinIssuerSchema } from '../../catalogue/issuers/issuer.ts'
import { Problem } from '../../http/problem.ts'
import { SERIAL_MAX } from './coin.ts'

export const validateCoin = endpoint({
  method: 'post',
  path: '/coins/validate',
  family: 'Coins',
  summary: 'Look whose coin a serial is',
  description: 'Before money is sent: says who owns it, or why it cannot receive.',
  access: 'COIN_VALIDATOR',
  body: z.strictObject({ serial: text(SERIAL_MAX).meta({ examples: ['EUR000000000015'] }) }),
  answers: {
    200: {
      description: 'It can receive money',
      body: z.strictObject({
        status: z.literal('ok'),
        message: z.string(),
        issuer: coinIssuerSchema,
        owner: z.strictObject({
          id: z.string(),
          type: z.string(),
          name: z.string(),
          identificationStatus: z.string(),
        }),
      }),
    },
  },
  async handle({ body, caller }, { db }) {
    const coin = await inProject(db, caller.projectId, (trx) => findCoin(trx, body.serial))
    if (!coin) throw unknownSerial(body.serial)
    // In the same words: that a client is frozen is not for others to know.
    if (!coin.active || coin.organization.frozen_at !== null)
      throw refused('coin_inactive', 'The coin is not active.')
    const { id, type, name, identification_status: identificationStatus } = coin.organization
    return {
      status: 200,
      body: {
        status: 'ok',
        message: 'The coin is active.',
        issuer: coinIssuerBody(coin),
        owner: { id, type, name, identificationStatus },
      },
    }
  },
})

function unknownSerial(serial: string): Problem {
  return hasSerialForm(serial) && !fitsCheckDigit(serial)
    ? refused('coin_serial_mistyped', 'The check digit does not fit: the serial has a typing error.')
    : refused('coin_unknown', 'There is no such coin.')
}

function refused(code: string, message: string): Problem {
  return new Problem(422, code, { detail: message, errors: [{ parameter: 'serial', message }] })
}
