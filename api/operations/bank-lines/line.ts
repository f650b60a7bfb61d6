import type { Knex } from 'knex'
import { z } from 'zod'
import { findBankLine, stateOfLine, type BankLineRow } from '#db/operations/bank-lines.ts'
import { LINE_STATES } from '#domain/operations/bank-line.ts'
import { formatAmount } from '#domain/money.ts'
import { amountOut, text } from '../../http/fields.ts'
import { issuerBody } from '../process.ts'
import { issuerSchema } from '../process-schema.ts'
import { conflict, notFound } from '../../http/problem.ts'

export const lineSchema = z
  .strictObject({
    id: z.string(),
    state: z.enum(LINE_STATES).meta({
      description:
        'suspense: free. claimed: an operation is to move it. settled: its money is where it belongs.',
    }),
    bankId: z.string(),
    bankName: z.string(),
    reference: z
      .string()
      .nullable()
      .meta({ description: 'The bank’s own; null where the money is back after a correction' }),
    amount: amountOut,
    currency: z.string(),
    issuer: issuerSchema,
    text: z.string().nullable(),
    senderName: z.string().nullable(),
    senderIban: z.string().nullable(),
    bookedAt: z.string().nullable(),
    createdAt: z.string(),
    broughtBy: z.string().meta({ description: 'The operation that brought the money into suspense' }),
    operationId: z.string().nullable().meta({ description: 'The operation that moves it, or has moved it' }),
  })
  .meta({ id: 'BankLine' })

export function toLine(row: BankLineRow): z.infer<typeof lineSchema> {
  return {
    id: row.id,
    state: stateOfLine(row),
    bankId: row.bank_id,
    bankName: row.bank_name,
    reference: row.reference,
    amount: formatAmount(BigInt(row.amount), row.fraction),
    currency: row.code,
    issuer: issuerBody(row),
    text: row.text,
    senderName: row.sender_name,
    senderIban: row.sender_iban,
    bookedAt: row.booked_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    broughtBy: row.brought_by,
    operationId: row.operation_id,
  }
}

export const lineParams = z.object({ id: text(64) })

/** A line that nobody has claimed; the book looks again when it is claimed. */
export async function readOpenLine(trx: Knex, id: string): Promise<BankLineRow> {
  const line = await findBankLine(trx, id)
  if (!line) throw notFound('id', 'bank line')
  const state = stateOfLine(line)
  if (state !== 'suspense')
    throw conflict(
      'bank_line_taken',
      'id',
      state === 'settled'
        ? 'is settled: its money has gone where it belongs'
        : `is claimed by operation ${line.operation_id ?? ''}, which has to end first`,
    )
  return line
}
