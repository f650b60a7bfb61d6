import type { Knex } from 'knex'

export type BookFault = {
  /** The law that does not hold. */
  readonly fault: string
  /** The id of the account, operation, issuer or limit, or the number of the audit row. */
  readonly subject: string
}

/** Every law of the book, over a whole project and all its history: for tests and measurements, not for every day. */
export async function findBookFaults(trx: Knex): Promise<BookFault[]> {
  const found = await trx.raw<{ rows: BookFault[] }>(LAWS)
  return found.rows
}

const LAWS = `
  select 'postings do not sum to zero' as fault, operation_id as subject from postings group by operation_id, step, issuer_id having sum(amount) <> 0
  union all select 'balance is not the sum of its postings', b.account_id from account_balances b
    left join (select account_id, sum(amount) as amount from postings group by account_id) p on p.account_id = b.account_id
    where b.posted <> coalesce(p.amount, 0)
  union all select 'held is not the sum of its open holds', b.account_id from account_balances b
    left join (select account_id, sum(amount) as amount from holds where state = 'placed' group by account_id) h on h.account_id = b.account_id
    where b.held <> coalesce(h.amount, 0)
  union all select 'an open hold of an operation that waits for nothing', h.operation_id from holds h join operations o on o.id = h.operation_id
    where h.state = 'placed' and o.state not in ('limited', 'screening', 'review', 'awaiting_decision')
      and not (o.kind in ('platform_withdrawal', 'platform_trade') and o.state in ('at_platform', 'outcome_unknown', 'awaiting_reference'))
  union all select 'technical transit is not empty', a.id from book_accounts a join account_balances b on b.account_id = a.id
    where a.type in ('technical_transit', 'issuing_transit') and b.posted <> 0
  union all select 'payout transit is not what open payouts say', b.issuer_id from (
      select a.issuer_id, sum(b.posted) as amount from book_accounts a join account_balances b on b.account_id = a.id
        where a.type = 'payout_transit' group by a.issuer_id
    ) b left join (select issuer_id, sum(recipient_amount) as amount from operations
      where kind in ('withdrawal', 'suspense_return') and state in ('at_platform', 'outcome_unknown', 'awaiting_reference') group by issuer_id
    ) o on o.issuer_id = b.issuer_id where b.amount <> coalesce(o.amount, 0)
  union all select 'suspense is not what its open bank lines say', b.issuer_id from (
      select a.issuer_id, sum(b.posted) as amount from book_accounts a join account_balances b on b.account_id = a.id
        where a.type = 'suspense' group by a.issuer_id
    ) b left join (select l.issuer_id, sum(l.amount) as amount from bank_lines l left join operations o on o.id = l.operation_id
      where l.settled_at is null and (o.state is null or o.state not in ('at_platform', 'outcome_unknown', 'awaiting_reference'))
      group by l.issuer_id
    ) l on l.issuer_id = b.issuer_id where b.amount <> coalesce(l.amount, 0)
  union all select 'more is corrected than was booked', o.id from operations o
    join (select reversal_of, sum(amount) as amount, sum(commission_back) as back from operations
      where state in ('limited', 'screening', 'review', 'awaiting_decision', 'at_platform', 'outcome_unknown', 'awaiting_reference', 'processed')
      group by reversal_of) r on r.reversal_of = o.id
    where r.amount > o.recipient_amount or r.back > o.commission
      or (r.amount = o.recipient_amount and r.back <> o.commission and o.kind in ('top_up', 'transfer', 'opening_balance'))
  union all select 'the use of a limit is not the sum of what was taken', limit_id from limit_usage u
    full join (select organization_id, limit_id, period, sum(amount) as amount from limit_reservations where not given_back
      group by organization_id, limit_id, period) r using (organization_id, limit_id, period)
    where coalesce(u.used, 0) <> coalesce(r.amount, 0)
  union all select 'issuing balance is not what circulates', a.issuer_id
    from book_accounts a join account_balances b on b.account_id = a.id group by a.issuer_id having sum(b.posted) <> 0
  union all select 'a running balance is wrong', p.account_id from (
      select account_id, balance_after, sum(amount) over (partition by account_id order by id) as total from postings where balance_after is not null
    ) p where p.balance_after <> p.total
  union all select 'the audit chain is broken', a.seq::text from audit_rows a left join audit_rows b on b.seq = a.seq - 1
    where a.hash <> audit_hash(a) or a.previous_hash <> coalesce(b.hash, '\\x')`
