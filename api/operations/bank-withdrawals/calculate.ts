import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { calculationSchema } from '../calculation-schema.ts'
import { price } from '../pin-rules.ts'
import { calculation, readCoinAndAmount } from '../wish-context.ts'

export const calculateWithdrawal = endpoint({
  method: 'post',
  path: '/bank-withdrawals/calculate',
  family: 'Bank withdrawals',
  summary: 'Calculate what a withdrawal will take',
  access: 'TRANSACTION_VIEWER',
  body: z
    .strictObject({
      coinSerial: text(34).optional(),
      coin: text(34).optional().meta({ description: 'An older name of coinSerial' }),
      amount: amountText,
    })
    .refine(({ coinSerial, coin }) => (coinSerial === undefined) !== (coin === undefined), {
      path: ['coinSerial'],
      message: 'is needed, once',
    }),
  answers: { 200: { description: 'Exact to the minor unit', body: calculationSchema } },
  async handle({ body, caller }, { db, now }) {
    const asked = {
      coinSerial: body.coinSerial ?? body.coin ?? '',
      amount: body.amount,
      parameter: body.coin === undefined ? 'coinSerial' : 'coin',
    }
    const answer = await inProject(db, caller.projectId, async (trx) => {
      const found = await readCoinAndAmount(trx, caller, asked)
      const { charge } = await price(trx, { flow: 'bank_withdrawal', ...found, at: now() })
      return calculation(found, charge)
    })
    return { status: 200, body: answer }
  },
})
