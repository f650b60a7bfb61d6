import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { readTrialBalance, type TrialBalanceRow } from '#db/reports/trial-balance.ts'
import { formatAmount } from '#domain/money.ts'
import { coinIssuerBody, coinIssuerSchema } from '../../catalogue/issuers/issuer.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountOut, text } from '../../http/fields.ts'
import { instant } from '../../http/instant.ts'
import { notFound } from '../../http/problem.ts'

const lineSchema = z
  .strictObject({
    type: z.string().meta({ examples: ['client', 'payout_transit', 'issuing_balance'] }),
    usage: z.enum(['accounting', 'circulation']),
    accounts: z.int().meta({ description: 'How many accounts of this type there are' }),
    debit: amountOut,
    credit: amountOut,
  })
  .meta({ id: 'TrialBalanceLine' })

const issuerSchema = z
  .strictObject({
    issuer: coinIssuerSchema,
    lines: z.array(lineSchema),
    debit: amountOut,
    credit: amountOut,
    difference: amountOut.meta({ description: 'Credit less debit: zero, or the book is broken' }),
  })
  .meta({ id: 'TrialBalance' })

export const getTrialBalance = endpoint({
  method: 'get',
  path: '/reporting/trial-balance',
  family: 'Reports',
  summary: 'What all accounts of each issuer add up to',
  description:
    'Per type of account: what customers and transits hold is a credit, what stands against it a debit.',
  access: 'REPORT_VIEWER',
  query: z.strictObject({
    issuerId: text(64).optional().meta({ description: 'Id of an issuer; all where it is left out' }),
    at: instant.optional().meta({ description: 'As it was before this moment; now where it is left out' }),
  }),
  alsoRefuses: [404],
  answers: {
    200: {
      description: 'One for each issuer',
      body: z.strictObject({
        status: z.literal('ok'),
        at: z.iso.datetime(),
        records: z.array(issuerSchema),
      }),
    },
  },
  async handle({ query, caller }, { db, now }) {
    const { issuerId, at } = query
    const rows = await inProject(db, caller.projectId, (trx) => readTrialBalance(trx, { issuerId, at }))
    // Every issuer has its system accounts, so one without a line is none, or was none at that time.
    if (issuerId !== undefined && rows.length === 0) throw notFound('issuerId', 'issuer')
    const issuers = [...new Set(rows.map(({ issuer }) => issuer.id))]
    return {
      status: 200,
      body: {
        status: 'ok',
        at: (at ?? now()).toISOString(),
        records: issuers.map((id) => trialBalance(rows.filter(({ issuer }) => issuer.id === id))),
      },
    }
  },
})

function trialBalance(rows: readonly TrialBalanceRow[]): z.infer<typeof issuerSchema> {
  const [first] = rows
  if (!first) throw new Error('a trial balance without lines')
  const { fraction } = first.currency
  const sum = (side: 'debit' | 'credit') => rows.reduce((total, row) => total + BigInt(row[side]), 0n)
  const [debit, credit] = [sum('debit'), sum('credit')]
  return {
    issuer: coinIssuerBody(first),
    lines: rows.map((row) => ({
      type: row.type,
      usage: row.usage,
      accounts: row.accounts,
      debit: formatAmount(BigInt(row.debit), fraction),
      credit: formatAmount(BigInt(row.credit), fraction),
    })),
    debit: formatAmount(debit, fraction),
    credit: formatAmount(credit, fraction),
    difference: formatAmount(credit - debit, fraction),
  }
}
