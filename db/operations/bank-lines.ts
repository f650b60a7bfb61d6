import type { Knex } from 'knex'
import type { LineState } from '#domain/operations/bank-line.ts'
import type { State } from '#domain/operations/operation.ts'
import { readPage, type PageOf } from '../page.ts'

/** A line with its bank and its currency. The amount is minor units as text. */
export type BankLineRow = {
  id: string
  bank_id: string
  bank_name: string
  /** Of the bank: what can pay money back through it; null where a person does. */
  platform: string | null
  /** Null where the money is back after a correction. */
  reference: string | null
  issuer_id: string
  issuer_sn: string
  code: string
  symbol: string
  fraction: number
  amount: string
  booked_at: Date | null
  text: string | null
  sender_name: string | null
  sender_iban: string | null
  brought_by: string
  /** The operation that has claimed it, or moved it. */
  operation_id: string | null
  settled_at: Date | null
  created_at: Date
  /** SHA-256 of what was posted. */
  content: Buffer | null
}

export function stateOfLine({
  settled_at,
  operation_id,
}: Pick<BankLineRow, 'settled_at' | 'operation_id'>): LineState {
  if (settled_at !== null) return 'settled'
  return operation_id === null ? 'suspense' : 'claimed'
}

export async function findBankLine(trx: Knex, id: string): Promise<BankLineRow | undefined> {
  return bankLines(trx).where('l.id', id).first()
}

export async function listLinesByReference(
  trx: Knex,
  { bankId, references }: { bankId: string; references: readonly string[] },
): Promise<BankLineRow[]> {
  return bankLines(trx).where('l.bank_id', bankId).whereIn('l.reference', references)
}

type LinesAsked = {
  readonly bankIds?: readonly string[] | undefined
  readonly states: readonly LineState[]
  readonly createdAtFrom?: Date | undefined
  readonly createdAtTo?: Date | undefined
  readonly direction: 'asc' | 'desc'
  readonly page: { pageNumber: number; pageSize: number; countMax: number }
}

export async function listBankLines(
  trx: Knex,
  { bankIds, states, createdAtFrom, createdAtTo, direction, page }: LinesAsked,
): Promise<PageOf<BankLineRow>> {
  const query = bankLines(trx)
  if (bankIds) void query.whereIn('l.bank_id', bankIds)
  if (createdAtFrom) void query.where('l.created_at', '>=', createdAtFrom)
  if (createdAtTo) void query.where('l.created_at', '<=', createdAtTo)
  void query.where((either) => {
    void either.whereRaw('false')
    for (const state of states) void either.orWhereRaw(WHERE[state])
  })
  void query.orderBy([
    { column: 'l.created_at', order: direction },
    { column: 'l.id', order: direction },
  ])
  return readPage(trx, query, page)
}

const WHERE: Readonly<Record<LineState, string>> = {
  suspense: '(l.settled_at is null and l.operation_id is null)',
  claimed: '(l.settled_at is null and l.operation_id is not null)',
  settled: '(l.settled_at is not null)',
}

type TopUpOverLine = { id: string; state: State; serial: string }

/** The latest top-up over the line that the book took in, and its coin's serial; one that was refused never claimed the line. */
export async function findLastTopUpOver(trx: Knex, line: string): Promise<TopUpOverLine | undefined> {
  const row = await trx('operations as o')
    .join('coins as k', 'k.id', 'o.coin_id')
    .where({ 'o.bank_line_id': line, 'o.kind': 'top_up' })
    .whereNot('o.state', 'refused')
    .orderBy([
      { column: 'o.created_at', order: 'desc' },
      { column: 'o.id', order: 'desc' },
    ])
    .first('o.id', 'o.state', 'k.serial')
  return row as TopUpOverLine | undefined
}

/** What became of operations, by their ids. */
export async function readOutcomes(
  trx: Knex,
  operations: readonly string[],
): Promise<Map<string, { state: State; refusal: string | null }>> {
  const rows: { id: string; state: State; refusal: string | null }[] = await trx('operations')
    .whereIn('id', operations)
    .select('id', 'state', 'refusal')
  return new Map(rows.map(({ id, ...outcome }) => [id, outcome]))
}

function bankLines(trx: Knex): Knex.QueryBuilder<BankLineRow, BankLineRow[]> {
  return trx('bank_lines as l')
    .join('issuers as i', 'i.id', 'l.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .join('banks as b', 'b.id', 'l.bank_id')
    .join('operations as o', 'o.id', 'l.brought_by')
    .select('l.*', 'i.sn as issuer_sn', 'c.code', 'c.symbol', 'c.fraction')
    .select('b.name as bank_name', 'b.platform', 'o.body_hash as content')
}
