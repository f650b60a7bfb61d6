import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { z } from 'zod'
import { findOperation, type OperationRow } from '#db/operations/operations.ts'
import { readCoinOwner, readReversed } from '#db/operations/reversals.ts'
import { formatAmount } from '#domain/money.ts'
import { wireStatus } from '#domain/operations/operation.ts'
import { commissionBack, isReversible, leftOf, takenBackBy } from '#domain/operations/reversal.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, readAmount, text } from '../../http/fields.ts'
import { askFor, type Wish } from '../ask-for.ts'
import { readIdempotency } from '../idempotency.ts'
import { askAnswers } from '../money-answers.ts'
import { pinRules } from '../pin-rules.ts'
import { orderBack } from '../platform-orders/order-back.ts'
import { conflict, notFound, type Problem } from '../../http/problem.ts'

const body = z.strictObject({
  amount: amountText.optional().meta({
    description: 'What the recipient gives back; without it all that is left',
  }),
  reason: text(500),
})

export const reverseTransaction = endpoint({
  method: 'post',
  path: '/transactions/:id/reverse',
  family: 'Corrections',
  summary:
    'Ask to take back a processed top-up, opening balance, transfer or order of a platform, whole or in part',
  description:
    'The amount is held on the coin that got it until a second person approves or declines in the queue. With it goes back its part of the commission. Freezes and inactive coins do not stop a correction; a coin without the money does. What a platform did is taken back there: a deposit by a withdrawal, a withdrawal by a deposit, without its commission.',
  access: 'REVERSAL_REQUESTER',
  idempotent: true,
  params: z.object({ id: text(64) }),
  body,
  answers: askAnswers,
  handle({ params, body: asked, caller, headers }, deps) {
    const idempotency = readIdempotency(headers, `POST /transactions/${params.id}/reverse`, asked)
    const wishOf = (trx: Knex) => reversalOf(trx, { original: params.id, ...asked, at: deps.now() })
    return askFor(deps, caller, {
      wishOf: () => inProject(deps.db, caller.projectId, wishOf),
      idempotency,
    })
  },
})

type Asked = z.infer<typeof body> & { readonly original: string; readonly at: Date }

async function reversalOf(trx: Knex, asked: Asked): Promise<Wish> {
  const original = await findOperation(trx, asked.original)
  if (!original) throw notFound('id', 'operation')
  demandReversible(original)
  const before = await readReversed(trx, original.id)
  const amounts = {
    recipientAmount: BigInt(original.recipient_amount),
    commission: BigInt(original.commission),
  }
  const left = leftOf(amounts, before)
  const amount = asked.amount === undefined ? left : readAmount(asked.amount, currencyOf(original))
  // Less than nothing, while several that were asked for together still wait for the book to choose.
  if (amount > left || left <= 0n) throw exceeds(original, left)
  const takenBack = takenBackBy(original.kind)
  if (takenBack)
    return orderBack(trx, { original, kind: takenBack, amount, reason: asked.reason, at: asked.at })
  const { payer, payee } = waysBack(original)
  const common = { kind: 'reversal', amount, needsDecision: true } as const
  return {
    ...common,
    coin: payer,
    ...(payee === undefined ? {} : { counterCoin: payee }),
    issuer: original.issuer_id,
    organization: await readCoinOwner(trx, payer),
    senderAmount: amount,
    recipientAmount: amount,
    commissionBack: commissionBack(amounts, before, amount),
    reversalOf: original.id,
    ...(original.bank_line_id === null ? {} : { bankLine: original.bank_line_id }),
    rules: await pinRules(trx, { ...common, issuerId: original.issuer_id, at: asked.at }),
    party: { description: asked.reason },
    summary: `Reversal of ${formatAmount(amount, original.fraction)} ${original.currency_code}`,
  }
}

function demandReversible({ kind, state }: OperationRow): void {
  if (!isReversible(kind))
    throw conflict(
      'not_reversible',
      'id',
      `is a ${kind}, and only a top_up, an opening_balance, a transfer, a platform_deposit or a platform_withdrawal can be reversed`,
    )
  if (state !== 'processed')
    throw conflict(
      'not_reversible',
      'id',
      `is ${wireStatus(state)} (${state}), and only what is processed can be`,
    )
}

/** Who got the money gives it back; to the sender's coin, or to where a top-up came from. */
function waysBack({ kind, coin_id, counter_coin_id }: OperationRow): { payer: string; payee?: string } {
  const [payer, payee] = kind === 'transfer' ? [counter_coin_id, coin_id] : [coin_id, null]
  if (payer === null) throw new Error(`a ${kind} without a coin that got the money`)
  return payee === null ? { payer } : { payer, payee }
}

function exceeds(original: OperationRow, left: bigint): Problem {
  const { code } = currencyOf(original)
  return conflict(
    'reversal_exceeds_original',
    'amount',
    left <= 0n
      ? 'nothing is left to reverse: corrections that are booked or wait take all of it'
      : `must be no more than ${formatAmount(left, original.fraction)} ${code}, which is left`,
  )
}

function currencyOf({ currency_code: code, fraction }: OperationRow) {
  return { code, fraction }
}
