import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { calculationSchema } from '../calculation-schema.ts'
import { price } from '../pin-rules.ts'
import { calculation, readCoinAndAmount } from '../wish-context.ts'

export const calculateTopUp = endpoint({
  method: 'post',
  path: '/bank-top-ups/calculate',
  family: 'Bank top-ups',
  summary: 'Calculate what a top-up will take',
  access: 'TRANSACTION_VIEWER',
  body: z.strictObject({ coinSerial: text(34), amount: amountText }),
  answers: { 200: { description: 'Exact to the minor unit', body: calculationSchema } },
  async handle({ body, caller }, { db, now }) {
    const answer = await inProject(db, caller.projectId, async (trx) => {
      const found = await readCoinAndAmount(trx, caller, body)
      const { charge } = await price(trx, { flow: 'bank_top_up', ...found, at: now() })
      return calculation(found, charge)
    })
    return { status: 200, body: answer }
  },
})
