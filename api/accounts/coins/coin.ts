import { z } from 'zod'
import type { Coin } from '#db/accounts/coins.ts'
import { formatAmount } from '#domain/money.ts'
import { amountOut, text } from '../../http/fields.ts'
import { coinIssuerBody, coinIssuerSchema } from '../../catalogue/issuers/issuer.ts'

export const SERIAL_MAX = 34

export const coinParams = z.strictObject({
  serial: text(SERIAL_MAX).meta({ description: 'Serial of the coin', examples: ['EUR000000000015'] }),
})

export const coinSchema = z
  .strictObject({
    serial: z.string().meta({ examples: ['EUR000000000015'] }),
    name: z.string(),
    amount: amountOut.meta({ description: 'All that is on it, with what is held' }),
    availableAmount: amountOut.meta({ description: 'What can be used now: amount less heldAmount' }),
    futureAmount: amountOut,
    heldAmount: amountOut.meta({ description: 'Set aside for withdrawals that wait' }),
    creditLimit: amountOut,
    issuer: coinIssuerSchema,
    active: z.boolean(),
    type: z.string(),
    main: z.boolean(),
    blocked: z
      .strictObject({
        at: z.iso.datetime(),
        by: z.string().meta({ description: 'Id of the user' }),
        deactivationReason: z.string().nullable(),
        description: z.string().nullable(),
      })
      .optional()
      .meta({ description: 'Shown to staff only: who of them has switched it off, and why' }),
    closedAt: z.iso.datetime().nullable().meta({ description: 'Lists leave closed coins out' }),
  })
  .meta({ id: 'Coin' })

export const coinsAnswer = {
  200: { description: 'All of them', body: z.strictObject({ coins: z.array(coinSchema) }) },
}

export function coinBody(coin: Coin): z.infer<typeof coinSchema> {
  const { fraction } = coin.currency
  const posted = BigInt(coin.posted)
  const held = BigInt(coin.held)
  return {
    serial: coin.serial,
    name: coin.name,
    amount: formatAmount(posted, fraction),
    availableAmount: formatAmount(posted - held, fraction),
    futureAmount: formatAmount(posted, fraction),
    heldAmount: formatAmount(held, fraction),
    creditLimit: formatAmount(0n, fraction),
    issuer: coinIssuerBody(coin),
    active: coin.active,
    type: coin.type,
    main: coin.main,
    closedAt: coin.closed_at?.toISOString() ?? null,
  }
}

export function staffCoinBody(coin: Coin): z.infer<typeof coinSchema> {
  const { blocked_at: at, blocked_by: by } = coin
  const { blocked_reason: deactivationReason, blocked_description: description } = coin
  const shown = coinBody(coin)
  return at === null || by === null
    ? shown
    : { ...shown, blocked: { at: at.toISOString(), by, deactivationReason, description } }
}
