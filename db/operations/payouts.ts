import { formatAmount } from '#domain/money.ts'
import type { Payout } from '#domain/platforms/platform.ts'
import { inProject, type Database } from '../connection.ts'

type Row = {
  recipient_amount: string
  code: string
  fraction: number
  full_name: string | null
  iban: string | null
  account_number: string | null
  bic: string | null
}

/** What the platform has to be told. The reference is the operation's id, the same on every try. */
export async function readPayout(db: Database, projectId: string, operationId: string): Promise<Payout> {
  return inProject(db, projectId, async (trx) => {
    const row: Row | undefined = await trx('operations as o')
      .join('issuers as i', 'i.id', 'o.issuer_id')
      .join('currencies as c', 'c.id', 'i.currency_id')
      .join('operation_parties as p', 'p.operation_id', 'o.id')
      .leftJoin('banks as b', 'b.id', 'o.bank_id')
      .where('o.id', operationId)
      .first(
        'o.recipient_amount',
        'c.code',
        'c.fraction',
        'p.full_name',
        'p.iban',
        'p.account_number',
        'b.bic',
      )
    if (!row) throw new Error(`operation ${operationId} has no party to pay`)
    return {
      reference: operationId,
      amount: formatAmount(BigInt(row.recipient_amount), row.fraction),
      currency: row.code,
      creditor: {
        fullName: row.full_name ?? '',
        ...(row.iban === null ? {} : { iban: row.iban }),
        ...(row.account_number === null ? {} : { accountNumber: row.account_number }),
        ...(row.bic === null ? {} : { bic: row.bic }),
      },
    }
  })
}
