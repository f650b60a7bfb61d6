import type { Knex } from 'knex'
import type { CurrencyRow } from '../catalogue/currencies.ts'
import type { IssuerRow } from '../catalogue/issuers.ts'

/** All accounts of one type in one issuer. Amounts in minor units as text, neither of them negative. */
export type TrialBalanceRow = {
  issuer: IssuerRow
  currency: CurrencyRow
  type: string
  usage: 'accounting' | 'circulation'
  accounts: number
  debit: string
  credit: string
}

/** With its serial number as text, as a bigint arrives elsewhere. */
const ISSUER = "to_jsonb(i) || jsonb_build_object('sn', i.sn::text) as issuer"

/**
 * What the accounts of each type hold, or held at a moment: what they hold now, less what was posted since. One query, so
 * one state of the book; a step is dated as a whole, so whatever the moment the two sides are equal.
 */
export async function readTrialBalance(
  trx: Knex,
  asked: { readonly issuerId?: string | undefined; readonly at?: Date | undefined },
): Promise<TrialBalanceRow[]> {
  const now = trx('balances').groupBy('account_id').select('account_id').sum('posted as posted')
  const since = trx('postings')
    .where('created_at', '>=', asked.at ?? 'infinity')
    .groupBy('account_id')
    .select('account_id')
    .sum('amount as amount')
  const then = trx('book_accounts as a')
    .join(now.as('b'), 'b.account_id', 'a.id')
    .leftJoin(since.as('s'), 's.account_id', 'a.id')
    .where('a.created_at', '<', asked.at ?? 'infinity')
    .select('a.issuer_id', 'a.type', 'a.usage', trx.raw('b.posted - coalesce(s.amount, 0) as balance'))
  if (asked.issuerId !== undefined) void then.where('a.issuer_id', asked.issuerId)
  const lines = trx
    .from(then.as('t'))
    .groupBy('issuer_id', 'type', 'usage')
    .select('issuer_id', 'type', 'usage', trx.raw('count(*)::int as accounts'))
    .select(trx.raw('coalesce(-sum(balance) filter (where balance < 0), 0) as debit'))
    .select(trx.raw('coalesce(sum(balance) filter (where balance > 0), 0) as credit'))
  return trx
    .from(lines.as('l'))
    .join('issuers as i', 'i.id', 'l.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .orderBy(['i.sn', 'l.usage', 'l.type'])
    .select('l.*', trx.raw(ISSUER), trx.raw('to_jsonb(c) as currency'))
}

/** What clients have in one issuer; amounts in minor units as text. */
export type CoinTotalsRow = {
  issuer: IssuerRow
  currency: CurrencyRow
  coins: number
  posted: string
  held: string
}

/** Closed coins are empty, and are not counted. */
export async function readCoinTotals(trx: Knex, currencyCode?: string): Promise<CoinTotalsRow[]> {
  const totals = trx('coins as k')
    .join('balances as b', 'b.account_id', 'k.id')
    .whereNull('k.closed_at')
    .groupBy('k.issuer_id')
    .select('k.issuer_id', trx.raw('count(distinct k.id)::int as coins'))
    .sum({ posted: 'b.posted', held: 'b.held' })
  const query = trx('issuers as i')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .leftJoin(totals.as('t'), 't.issuer_id', 'i.id')
    .orderBy('i.sn')
    .select(trx.raw(ISSUER), trx.raw('to_jsonb(c) as currency'))
    .select(trx.raw('coalesce(t.coins, 0) as coins'))
    .select(trx.raw('coalesce(t.posted, 0) as posted, coalesce(t.held, 0) as held'))
  if (currencyCode !== undefined) void query.where('c.code', currencyCode)
  return query
}
