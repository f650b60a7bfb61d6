import { z } from 'zod'
import type { Coin } from '#db/accounts/coins.ts'
import type { StatementRow, StatementRows } from '#db/reports/statements.ts'
import { formatAmount } from '#domain/money.ts'
import { wireType } from '#domain/operations/operation.ts'
import { totalStatement } from '#domain/reports/statement.ts'
import { amountOut } from '../../http/fields.ts'

const lineSchema = z
  .strictObject({
    id: z.string().meta({ description: 'Of the posting' }),
    at: z.iso.datetime(),
    operationId: z.string(),
    type: z.string().meta({ description: 'Of the operation', examples: ['bank_topup', 'bank_redeem'] }),
    posting: z.string().meta({ description: 'What it did', examples: ['transfer', 'capture', 'reversal'] }),
    requestIdentifier: z.int(),
    counterparty: z.strictObject({
      serial: z.string().nullable().meta({ description: 'Of a coin; null where it is an account of ours' }),
      name: z.string(),
    }),
    description: z.string().nullable(),
    amount: amountOut.meta({ description: 'Negative where it left the coin' }),
    balance: amountOut.meta({ description: 'After this posting' }),
  })
  .meta({ id: 'StatementLine' })
export type Line = z.infer<typeof lineSchema>

export const statementSchema = z
  .strictObject({
    serial: z.string(),
    name: z.string(),
    organization: z.strictObject({ id: z.string(), name: z.string() }),
    currency: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime().meta({ description: 'Exclusive' }),
    openingBalance: amountOut,
    credits: amountOut,
    debits: amountOut,
    closingBalance: amountOut.meta({ description: 'openingBalance + credits - debits' }),
    lines: z.array(lineSchema),
  })
  .meta({ id: 'Statement' })
export type Statement = z.infer<typeof statementSchema>

/** @throws Error where the book contradicts itself */
export function statementBody(
  coin: Coin,
  { opening, rows }: StatementRows,
  period: { from: Date; to: Date },
): Statement {
  const { fraction, code } = coin.currency
  const amount = (minor: bigint) => formatAmount(minor, fraction)
  const { credits, debits, closing } = totalStatement(opening, rows)
  return {
    serial: coin.serial,
    name: coin.name,
    organization: { id: coin.organization.id, name: coin.organization.name },
    currency: code,
    from: period.from.toISOString(),
    to: period.to.toISOString(),
    openingBalance: amount(opening),
    credits: amount(credits),
    debits: amount(debits),
    closingBalance: amount(closing),
    lines: rows.map((row) => lineBody(row, amount)),
  }
}

function lineBody(row: StatementRow, amount: (minor: bigint) => string): Line {
  return {
    id: row.id,
    at: row.at.toISOString(),
    operationId: row.operation,
    type: wireType(row.kind),
    posting: row.type,
    requestIdentifier: Number(row.requestIdentifier),
    counterparty: counterpartyOf(row),
    description: row.description,
    amount: amount(row.amount),
    balance: amount(row.balance),
  }
}

/** A client is known by their name, an account of ours by what it is. */
function counterpartyOf({ counterparty }: StatementRow): Line['counterparty'] {
  if (!counterparty) throw new Error('a posting has no counterpart')
  const { serial, type, organization_name: name } = counterparty
  return name === null ? { serial: null, name: type.replaceAll('_', ' ') } : { serial, name }
}
