import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { findLastTopUpOver } from '#db/operations/bank-lines.ts'
import { findCoinFacts, type CoinFacts } from '#db/accounts/coin-facts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { askFor } from '../ask-for.ts'
import { readIdempotency } from '../idempotency.ts'
import { askAnswers } from '../money-answers.ts'
import { conflict } from '../../http/problem.ts'
import { lineParams, readOpenLine } from './line.ts'
import { topUpOverLine } from './top-up-over-line.ts'

export const releaseBankLine = endpoint({
  method: 'post',
  path: '/bank-lines/:id/release',
  family: 'Suspense',
  summary: 'Let the money of a rejected or declined top-up go to its coin after all',
  description:
    'The same coin, without another screening, after a second person approves in the queue. The reason stands in the audit trail only: the client must not read why money was held.',
  access: 'AML_REVIEWER',
  idempotent: true,
  params: lineParams,
  body: z.strictObject({ reason: text(500) }),
  answers: askAnswers,
  handle({ params: { id }, body, caller, headers }, deps) {
    const idempotency = readIdempotency(headers, `POST /bank-lines/${id}/release`, body)
    const wishOf = async (trx: Knex) => {
      const line = await readOpenLine(trx, id)
      const { coin, turnedAway } = await readTurnedAway(trx, id)
      const wish = await topUpOverLine(trx, {
        line,
        coin,
        needsDecision: true,
        isScreened: false,
        at: deps.now(),
      })
      await appendAudit(trx, caller.projectId, [
        {
          actor: caller.personId,
          source: 'api',
          action: 'bank_line.release',
          subjectType: 'bank_line',
          subjectId: id,
          after: { reason: body.reason, coin: coin.serial, turnedAway },
        },
      ])
      return wish
    }
    return askFor(deps, caller, {
      wishOf: () => inProject(deps.db, caller.projectId, wishOf),
      idempotency,
    })
  },
})

async function readTurnedAway(trx: Knex, line: string): Promise<{ coin: CoinFacts; turnedAway: string }> {
  const last = await findLastTopUpOver(trx, line)
  if (last?.state !== 'rejected' && last?.state !== 'declined')
    throw conflict(
      'not_releasable',
      'id',
      'is not a line whose last top-up was rejected or declined; assign it instead',
    )
  const coin = await findCoinFacts(trx, last.serial)
  if (!coin) throw new Error(`coin ${last.serial} has gone`)
  return { coin, turnedAway: last.id }
}
