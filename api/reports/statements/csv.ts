import { csvHead, csvRows, type Column } from '../../http/csv.ts'
import type { Line, Statement } from './statement.ts'

/** The opening and the closing balance are lines of their own, dated with the ends of the period. */
type Row = Partial<Line> & Pick<Line, 'at' | 'type' | 'balance'>

const COLUMNS: readonly Column<Row>[] = [
  { name: 'Date', kind: 'exact', of: ({ at }) => at },
  { name: 'Operation', kind: 'exact', of: ({ operationId }) => operationId ?? null },
  { name: 'Type', kind: 'exact', of: ({ type }) => type },
  { name: 'Posting', kind: 'exact', of: ({ posting }) => posting ?? null },
  { name: 'Request', kind: 'exact', of: ({ requestIdentifier }) => requestIdentifier?.toString() ?? null },
  { name: 'Counterparty', kind: 'text', of: ({ counterparty }) => counterparty?.name ?? null },
  { name: 'Counterparty account', kind: 'text', of: ({ counterparty }) => counterparty?.serial ?? null },
  { name: 'Description', kind: 'text', of: ({ description }) => description ?? null },
  { name: 'Amount', kind: 'exact', of: ({ amount }) => amount ?? null },
  { name: 'Balance', kind: 'exact', of: ({ balance }) => balance },
]

export function statementCsv({ from, to, openingBalance, closingBalance, lines }: Statement): Buffer {
  const rows: Row[] = [
    { at: from, type: 'opening_balance', balance: openingBalance },
    ...lines,
    { at: to, type: 'closing_balance', balance: closingBalance },
  ]
  return Buffer.from(csvHead(COLUMNS) + csvRows(COLUMNS, rows))
}
