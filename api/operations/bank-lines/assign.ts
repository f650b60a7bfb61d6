import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { z } from 'zod'
import type { BankLineRow } from '#db/operations/bank-lines.ts'
import { findCoinFacts, type CoinFacts } from '#db/accounts/coin-facts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { askFor } from '../ask-for.ts'
import { readIdempotency } from '../idempotency.ts'
import { askAnswers } from '../money-answers.ts'
import { demandKeptHere } from '../wish-context.ts'
import { badParameter } from '../../http/problem.ts'
import { lineParams, readOpenLine } from './line.ts'
import { topUpOverLine } from './top-up-over-line.ts'

export const assignBankLine = endpoint({
  method: 'post',
  path: '/bank-lines/:id/assign',
  family: 'Suspense',
  summary: 'Ask to credit a line that stands in suspense to a coin',
  description:
    'A top-up that a second person approves or declines in the queue. The reason is the description of the top-up, which the client can read. The commission comes out of the amount.',
  access: 'SUSPENSE_EXECUTOR',
  idempotent: true,
  params: lineParams,
  body: z.strictObject({ coinSerial: text(34), reason: text(500) }),
  answers: askAnswers,
  handle({ params: { id }, body, caller, headers }, deps) {
    const idempotency = readIdempotency(headers, `POST /bank-lines/${id}/assign`, body)
    const wishOf = async (trx: Knex) => {
      const line = await readOpenLine(trx, id)
      const coin = await readCoinOfLine(trx, line, body.coinSerial)
      return topUpOverLine(trx, {
        line,
        coin,
        needsDecision: true,
        description: body.reason,
        at: deps.now(),
      })
    }
    return askFor(deps, caller, {
      wishOf: () => inProject(deps.db, caller.projectId, wishOf),
      idempotency,
    })
  },
})

async function readCoinOfLine(trx: Knex, line: BankLineRow, serial: string): Promise<CoinFacts> {
  const coin = await findCoinFacts(trx, serial)
  if (!coin) throw badParameter('coinSerial', 'is not the serial of a coin')
  if (coin.issuer_id !== line.issuer_id)
    throw badParameter('coinSerial', 'must be of a coin of the issuer in which the line stands')
  demandKeptHere(coin, 'coinSerial')
  return coin
}
