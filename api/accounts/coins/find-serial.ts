import type { Knex } from 'knex'
import { z } from 'zod'
import { findReceivingCoin } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { findCurrencyByCode } from '#db/catalogue/currencies.ts'
import { findActiveClient } from '#db/identity/members.ts'
import { loginField } from '../../identity/authorization/login-field.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter } from '../../http/problem.ts'

const body = z.strictObject({
  login: loginField,
  currencyCode: text(12).meta({ examples: ['EUR'] }),
})

export const findCoinSerial = endpoint({
  method: 'post',
  path: '/coins/serial',
  family: 'Coins',
  summary: 'Find the coin to send money to by its owner’s login',
  description:
    'The main coin of that client in this currency, or else the oldest that is active. Limited per address.',
  access: 'COIN_VALIDATOR',
  guarded: true,
  body,
  answers: { 200: { description: 'There is one', body: z.strictObject({ serial: z.string() }) } },
  async handle({ body: asked, caller }, { db }) {
    const serial = await inProject(db, caller.projectId, (trx) => findSerial(trx, asked))
    return { status: 200, body: { serial } }
  },
})

async function findSerial(trx: Knex, { login, currencyCode }: z.infer<typeof body>): Promise<string> {
  // First of all, so that the answer about it says nothing of the login.
  const currency = await findCurrencyByCode(trx, currencyCode)
  if (!currency) throw badParameter('currencyCode', 'is not the code of a currency')
  const client = await findActiveClient(trx, login.text)
  const coin = client && (await findReceivingCoin(trx, client.organization_id, currency.id))
  // A login without a coin is refused in the same words as none at all.
  if (!coin) throw badParameter('login', 'is not the login of a client with an active coin in this currency')
  return coin.serial
}
