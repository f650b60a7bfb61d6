import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { endpoint } from '../endpoint.ts'
import { amountText, text } from '../fields.ts'
import { calculationSchema } from '../operations/calculation-schema.ts'
import { calculation, readCoinAndAmount } from '../operations/wish-context.ts'

export const calculateTopUp = endpoint({
  method: 'post',
  path: '/bank-top-ups/calculate',
  family: 'Bank top-ups',
  summary: 'Calculate what a top-up will take',
  access: 'TRANSACTION_VIEWER',
  body: z.strictObject({ coinSerial: text(34), amount: amountText }),
  answers: { 200: { description: 'Exact to the minor unit', body: calculationSchema } },
  async handle({ body, caller }, { db }) {
    const found = await inProject(db, caller.projectId, (trx) => readCoinAndAmount(trx, caller, body))
    return { status: 200, body: calculation(found) }
  },
})
