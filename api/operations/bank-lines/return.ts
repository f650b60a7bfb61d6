import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { z } from 'zod'
import type { BankLineRow } from '#db/operations/bank-lines.ts'
import type { Party } from '#db/operations/intents.ts'
import { formatAmount } from '#domain/money.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { askFor } from '../ask-for.ts'
import { bankFields } from '../bank-fields.ts'
import { readIdempotency } from '../idempotency.ts'
import { askAnswers } from '../money-answers.ts'
import { pinRules } from '../pin-rules.ts'
import { badParameter } from '../../http/problem.ts'
import { lineParams, readOpenLine } from './line.ts'

const body = z.strictObject({
  reason: text(500),
  fullName: bankFields.fullName.optional(),
  iban: bankFields.iban,
  bankAccountNumber: bankFields.bankAccountNumber,
})

export const returnBankLine = endpoint({
  method: 'post',
  path: '/bank-lines/:id/return',
  family: 'Suspense',
  summary: 'Ask to pay the money of a line back to where it came from',
  description:
    'Paid out through the bank it came from after a second person approves in the queue: by its integration, or else by hand. To the sender’s account unless another one is named. If the bank refuses, the line is open again.',
  access: 'SUSPENSE_EXECUTOR',
  idempotent: true,
  params: lineParams,
  body,
  answers: askAnswers,
  handle({ params: { id }, body: asked, caller, headers }, deps) {
    const idempotency = readIdempotency(headers, `POST /bank-lines/${id}/return`, asked)
    const wishOf = async (trx: Knex) => {
      const line = await readOpenLine(trx, id)
      const amount = BigInt(line.amount)
      const common = { kind: 'suspense_return', amount, needsDecision: true } as const
      return {
        ...common,
        coin: null,
        issuer: line.issuer_id,
        organization: caller.organizationId,
        senderAmount: amount,
        recipientAmount: amount,
        bank: line.bank_id,
        bankLine: line.id,
        platform: line.platform,
        rules: await pinRules(trx, { ...common, issuerId: line.issuer_id, at: deps.now() }),
        party: payeeOf(line, asked),
        summary: `Return of ${formatAmount(amount, line.fraction)} ${line.code} from suspense`,
      }
    }
    return askFor(deps, caller, {
      wishOf: () => inProject(deps.db, caller.projectId, wishOf),
      idempotency,
    })
  },
})

/** Whoever sent it, unless the caller knows better. */
function payeeOf(line: BankLineRow, asked: z.infer<typeof body>): Party {
  const isNamed = asked.iban !== undefined || asked.bankAccountNumber !== undefined
  const iban = isNamed ? asked.iban : (line.sender_iban ?? undefined)
  const fullName = asked.fullName ?? line.sender_name ?? undefined
  if (!isNamed && iban === undefined)
    throw badParameter(
      'iban',
      'or bankAccountNumber is needed: the line does not say whose account it came from',
    )
  if (fullName === undefined) throw badParameter('fullName', 'is needed: the line does not say who sent it')
  return { fullName, iban, accountNumber: asked.bankAccountNumber, description: asked.reason }
}
