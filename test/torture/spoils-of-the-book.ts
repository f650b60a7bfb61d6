import type { Spoil } from './spoil.ts'

const of = (operation: string) => `operation_id = '${operation}'`

/** What is wrong with money and its entries. */
export const BOOK_SPOILS: readonly Spoil[] = [
  {
    how: 'one side of a leg is a minor unit more',
    breaks: ['steps_sum_to_zero', 'balances_equal_entries', 'money_moves_by_the_step'],
    book: ({ paid, issuer }) => [
      `update postings set amount = amount + 1 where ${of(paid)} and account_id = '${issuer}:issuing_balance'`,
    ],
  },
  {
    how: 'money out of nothing on a balance',
    breaks: ['issuers_sum_to_zero', 'balances_equal_entries'],
    book: ({ issuer }) => [
      `update balances set posted = posted + 5 where account_id = '${issuer}:regular_system_commission' and shard =
        (select min(shard) from balances where account_id = '${issuer}:regular_system_commission' and shard > 0)`,
    ],
  },
  {
    how: 'a lost update on two coins',
    breaks: ['balances_equal_entries'],
    book: ({ ann, bob }) => [
      `update balances set posted = posted - 1 where account_id = '${ann.coin}'`,
      `update balances set posted = posted + 1 where account_id = '${bob.coin}'`,
    ],
  },
  {
    how: 'value that leaves circulation as a transfer',
    breaks: ['circulation_changes_openly'],
    book: ({ paid, issuer }) => [
      `update postings set type = 'transfer' where ${of(paid)} and account_id = '${issuer}:issuing_balance'`,
    ],
  },
  {
    how: 'postings of another issuer',
    breaks: ['postings_stay_in_their_issuer'],
    book: ({ paid }) => [`update postings set issuer_id = 'iss_other' where ${of(paid)}`],
  },
  {
    how: 'a balance after a posting that another write has overtaken',
    breaks: ['running_balances_hold'],
    book: ({ paid, ann }) => [
      `update postings set balance_after = balance_after + 7 where ${of(paid)} and account_id = '${ann.coin}'`,
    ],
  },
  {
    how: 'a hold that was taken off twice',
    breaks: ['held_equals_holds'],
    book: ({ ann }) => [`update balances set held = held - 3500 where account_id = '${ann.coin}'`],
  },
  {
    how: 'more held than there is',
    breaks: ['held_equals_holds', 'floors_hold'],
    book: ({ bob }) => [`update balances set held = posted + 1 where account_id = '${bob.coin}'`],
  },
  {
    how: 'a commission that stays in technical transit',
    breaks: ['balances_equal_entries', 'transit_is_empty', 'money_moves_by_the_step'],
    book: ({ transferred, issuer }) => [
      `update postings set account_id = '${issuer}:technical_transit'
        where ${of(transferred)} and account_id = '${issuer}:regular_system_commission'`,
    ],
  },
  {
    how: 'payout transit with more than is under way',
    breaks: ['balances_equal_entries', 'payout_transit_equals_open_payouts'],
    book: ({ issuer }) => [
      `insert into balances (account_id, shard, project_id, issuer_id, strict, posted)
        select '${issuer}:payout_transit', 99, current_project(), '${issuer}', false, 10`,
      `insert into balances (account_id, shard, project_id, issuer_id, strict, posted)
        select '${issuer}:issuing_balance', 99, current_project(), '${issuer}', false, -10`,
    ],
  },
  {
    how: 'a line that is called settled, and its money stands in suspense',
    breaks: ['suspense_equals_open_lines'],
    book: ({ openLine }) => [`update bank_lines set settled_at = now() where id = '${openLine}'`],
  },
  {
    how: 'postings under a step that does not exist',
    breaks: ['money_moves_by_the_step'],
    book: ({ paid }) => [
      `update postings set step = 'platform_confirmed:2' where ${of(paid)} and step = 'platform_confirmed'`,
    ],
  },
  {
    how: 'a payout settled twice',
    breaks: ['balances_equal_entries', 'money_moves_by_the_step'],
    book: ({ paid }) => [
      `insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount)
        select project_id, operation_id, step, leg, type, account_id, issuer_id, amount from postings
        where ${of(paid)} and step = 'platform_confirmed'`,
    ],
  },
  {
    how: 'a top-up credited twice, balances and all',
    breaks: ['money_moves_by_the_step', 'processed_moved_once'],
    book: ({ cleared, ann }) => [
      `insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, balance_after)
        select project_id, operation_id, step, leg, type, account_id, issuer_id, amount,
          case when account_id = '${ann.coin}' then (select posted from balances where account_id = '${ann.coin}') + amount end
        from postings where ${of(cleared)}`,
      `insert into balances as b (account_id, shard, project_id, issuer_id, strict, posted)
        select account_id, case when account_id = '${ann.coin}' then 0 else 99 end, project_id, issuer_id, false, sum(amount) / 2
        from postings where ${of(cleared)} group by account_id, project_id, issuer_id
        on conflict (account_id, shard) do update set posted = b.posted + excluded.posted`,
    ],
  },
  {
    how: 'a failed payout whose commission was kept, balances and all',
    breaks: ['money_moves_by_the_step', 'turned_away_leaves_nothing'],
    book: ({ failed, ann, issuer }) => {
      const kept = `${of(failed)} and step = 'platform_refused' and leg = 2`
      return [
        `update postings set balance_after = balance_after - 62 where account_id = '${ann.coin}'
          and id >= (select id from postings where ${kept} and account_id = '${ann.coin}')`,
        `update balances set posted = posted - 62 where account_id = '${ann.coin}'`,
        `insert into balances (account_id, shard, project_id, issuer_id, strict, posted)
          select '${issuer}:regular_system_commission', 99, current_project(), '${issuer}', false, 62`,
        `delete from postings where ${kept}`,
      ]
    },
  },
  {
    how: 'a hold that was released, and its money went out',
    breaks: ['holds_follow_their_operation'],
    book: ({ paid }) => [`update holds set state = 'released' where ${of(paid)}`],
  },
  {
    how: 'a hold of a declined operation that is still open',
    breaks: ['held_equals_holds', 'holds_follow_their_operation'],
    book: ({ declined }) => [`update holds set state = 'placed', ended_at = null where ${of(declined)}`],
  },
  {
    how: 'a state without its step',
    breaks: ['steps_make_a_chain'],
    book: ({ waiting }) => [`update operations set state = 'limited' where id = '${waiting}'`],
  },
  {
    how: 'a decision of one kind by the ticket of another',
    breaks: ['only_allowed_changes', 'one_audit_row_per_step', 'tickets_are_used_once'],
    book: ({ declined }) => [`update tickets set verb = 'accept' where ${of(declined)}`],
  },
  {
    how: 'a payout confirmed after it had failed',
    breaks: [
      'steps_make_a_chain',
      'only_allowed_changes',
      'one_end',
      'one_audit_row_per_step',
      'money_moves_by_the_step',
    ],
    book: ({ failed }) => [
      `insert into steps (operation_id, step, project_id, outcome, from_state, to_state)
        select operation_id, 'platform_confirmed', project_id, 'applied', 'failed', 'processed' from steps
        where ${of(failed)} and step = 'platform_refused'`,
    ],
  },
  {
    how: 'a decision that expired early',
    breaks: ['expires_in_time'],
    book: ({ expired }) => [
      `update operations set decide_by = now() + interval '1 day' where id = '${expired}'`,
    ],
  },
  {
    how: 'a change that nobody was told of',
    breaks: ['one_event_per_change'],
    book: ({ paid }) => [
      'alter view outbox_events rename to all_events',
      `create view outbox_events as select * from all_events where not (${of(paid)} and type = 'withdrawal.processed')`,
    ],
  },
  {
    how: 'the last row of the trail cut off, and the head put back',
    breaks: ['one_audit_row_per_step'],
    book: () => [
      'delete from audit_rows a using audit_heads h where a.project_id = h.project_id and a.seq = h.seq',
      `update audit_heads h set seq = h.seq - 1, hash = a.hash from audit_rows a where a.project_id = h.project_id and a.seq = h.seq - 1`,
    ],
  },
  {
    how: 'the last row of the trail cut off',
    breaks: ['one_audit_row_per_step', 'audit_chain_holds'],
    book: () => [
      'delete from audit_rows a using audit_heads h where a.project_id = h.project_id and a.seq = h.seq',
    ],
  },
  {
    how: 'a row of the trail that says another time',
    breaks: ['audit_chain_holds'],
    book: () => ["update audit_rows set at = at + interval '1 microsecond' where seq = 3"],
  },
  {
    how: 'a row of the trail forged, with a hash of its own',
    breaks: ['audit_chain_holds'],
    book: () => [
      "update audit_rows set source = 'nobody' where seq = 3",
      'update audit_rows a set hash = audit_hash(a) where seq = 3',
    ],
  },
]
