import type { Spoil } from './spoil.ts'

const of = (operation: string) => `operation_id = '${operation}'`
const LONG_AGO = "now() - interval '1 hour'"

/** What is wrong with who let it pass, and at what price. */
export const RULE_SPOILS: readonly Spoil[] = [
  {
    how: 'a decision by the one who asked',
    breaks: [
      'four_eyes',
      'tickets_are_used_once',
      'deciders_may',
      'decisions_heard_are_true',
      'only_decisions_sent_count',
    ],
    book: ({ declined }) => [`update decisions set person_id = asked_by where ${of(declined)}`],
  },
  {
    how: 'an approval in the name of the one who asked',
    breaks: ['four_eyes', 'deciders_may'],
    book: ({ accepted }) => [`update decisions set on_behalf_of = asked_by where ${of(accepted)}`],
  },
  {
    how: 'a decision that forgets who asked',
    breaks: ['four_eyes'],
    book: ({ accepted }) => [`update decisions set asked_by = 'usr_other' where ${of(accepted)}`],
  },
  {
    how: 'a ticket whose decision is said to have come late',
    breaks: ['tickets_are_used_once'],
    book: ({ accepted }) => [`update tickets set outcome = 'late' where ${of(accepted)}`],
  },
  {
    how: 'a ticket used for two decisions',
    breaks: ['tickets_are_used_once', 'decisions_took_effect'],
    book: ({ accepted, declined }) => [
      `update decisions set ticket_id = (select ticket_id from decisions where ${of(accepted)}) where ${of(declined)}`,
    ],
  },
  {
    how: 'a decline that took effect and is not written down',
    breaks: ['decisions_took_effect', 'decisions_heard_are_true'],
    book: ({ declined }) => [`delete from decisions where ${of(declined)}`],
  },
  {
    how: 'a decision in a role that the person has not',
    breaks: ['deciders_may'],
    book: ({ declined }) => [`update decisions set role = 'cashier' where ${of(declined)}`],
  },
  {
    how: 'a delegation that had been taken back',
    breaks: ['deciders_may'],
    book: () => [`update delegations set revoked_at = ${LONG_AGO}`],
  },
  {
    how: 'an accountant who lets pass what is over a limit',
    breaks: ['deciders_may'],
    book: ({ over }) => [
      `update decisions set role = 'accountant' where ${of(over)}`,
      `update members set role = 'accountant' where person_id in (select person_id from decisions where ${of(over)})`,
    ],
  },
  {
    how: 'one approval where two were demanded',
    breaks: ['quorum_before_money', 'approval_is_by_the_rule'],
    book: ({ accepted }) => [
      `update operations set rules = jsonb_set(rules, '{approval,stages,0,approvers}', '2') where id = '${accepted}'`,
    ],
  },
  {
    how: 'one person in two approvals',
    breaks: ['quorum_before_money', 'deciders_may'],
    book: ({ quorum, accountant }) => [
      `update decisions set on_behalf_of = '${accountant}' where ${of(quorum)} and on_behalf_of is not null`,
    ],
  },
  {
    how: 'a rule that was passed by',
    breaks: ['approval_is_by_the_rule'],
    book: () => [
      `update approval_rule_versions set from_amount = 0, created_at = ${LONG_AGO} where kind = 'transfer'`,
    ],
  },
  {
    how: 'more used of a limit than was taken',
    breaks: ['limits_add_up'],
    book: () => ['update limit_usage set used = used + 1'],
  },
  {
    how: 'a limit given back for what was booked',
    breaks: ['limits_are_taken_once'],
    book: ({ within }) => [
      `update limit_reservations set given_back = true where ${of(within)}`,
      `update limit_usage set used = used - 2000`,
    ],
  },
  {
    how: 'an operation over a limit that nobody stopped',
    breaks: ['limits_are_kept', 'limits_are_of_the_contract'],
    book: ({ within }) => [
      `update operations set rules = jsonb_set(rules, '{limits,0,max}', '"1999"') where id = '${within}'`,
    ],
  },
  {
    how: 'a limit of the contract that was passed by',
    breaks: ['limits_are_of_the_contract'],
    book: () => ['update limit_profiles set value = 2500'],
  },
  {
    how: 'a limit counted in another period',
    breaks: ['limits_add_up', 'limits_are_taken_once', 'limits_are_of_the_contract'],
    book: ({ within }) => [
      `update operations set rules = jsonb_set(rules, '{limits,0,period}', '"2001-01-01"') where id = '${within}'`,
      `update limit_usage set period = '2001-01-02'`,
    ],
  },
  {
    how: 'a provider without an answer, taken for clear',
    breaks: ['checks_come_to_the_verdict'],
    book: ({ cleared }) => [`update screenings set verdict = null, answered_at = null where ${of(cleared)}`],
  },
  {
    how: 'a review taken for clear',
    breaks: ['checks_come_to_the_verdict'],
    book: ({ cleared }) => [`update screenings set verdict = 'review' where ${of(cleared)}`],
  },
  {
    how: 'a top-up that should have been screened, and was not',
    breaks: ['only_allowed_changes', 'nothing_passes_unscreened'],
    book: ({ accepted }) => [
      `update operations set rules = rules || '{"screening": {"policy": "scp_x", "provider": "rules", "maxAgeMs": 1}}' where id = '${accepted}'`,
    ],
  },
  {
    how: 'a policy that was passed by',
    breaks: ['policies_are_followed'],
    book: () => ['update screening_policies set from_amount = 1'],
  },
  {
    how: 'a hit whose client was not frozen',
    breaks: ['hits_freeze'],
    book: ({ suspect }) => [
      `update organizations set frozen_at = null, frozen_reason = null where id = '${suspect.organization}'`,
    ],
  },
  {
    how: 'a client who was frozen, and got money',
    breaks: ['frozen_clients_rest', 'audit_chain_holds'],
    book: ({ bob }) => [
      'alter table audit_rows rename to all_rows',
      `create view audit_rows as select * from all_rows union all
        select r.project_id, 0, now() - interval '1 hour', null, 'api', 'organization.freeze', 'organization', '${bob.organization}',
          null, null, r.hash, r.hash from all_rows r where r.seq = 1`,
    ],
  },
  {
    how: 'a payout to an account that nobody approved',
    breaks: ['only_approved_accounts_are_paid'],
    book: ({ ann }) => [
      `update bank_accounts set status = 'PENDING', decided_by = null where coin_id = '${ann.coin}'`,
    ],
  },
  {
    how: 'a decision that should have expired',
    breaks: ['nothing_waits_beyond_its_time'],
    book: ({ waiting }) => [`update operations set decide_by = ${LONG_AGO} where id = '${waiting}'`],
  },
  {
    how: 'a line whose money went to another than it says',
    breaks: ['lines_follow_their_operation'],
    book: ({ assigned, matched }) => [
      `update bank_lines set operation_id = '${matched}' where ${of(assigned)}`,
    ],
  },
  {
    how: 'a commission that is not the one of the contract',
    breaks: ['commission_is_by_the_contract'],
    book: () => ['update commission_conditions set percent = 1.26 where percent = 1.25'],
  },
  {
    how: 'a correction that gives back more commission than its part',
    breaks: ['money_moves_by_the_step', 'processed_moved_once', 'corrections_stay_within'],
    book: ({ reversal }) => [
      `update operations set commission_back = commission_back + 3 where id = '${reversal}'`,
    ],
  },
  {
    how: 'a correction of what never was processed',
    breaks: ['corrections_stay_within', 'booked_as_asked'],
    book: ({ reversal, declined }) => [
      `update operations set reversal_of = '${declined}' where id = '${reversal}'`,
    ],
  },
  {
    how: 'a payout that was sent again blindly',
    breaks: ['only_absent_is_resent'],
    book: ({ resent }) => [`delete from platform_answers where ${of(resent)} and kind = 'absent'`],
  },
  {
    how: 'a payout called failed, which the bank never refused',
    breaks: ['banks_word_settles'],
    book: ({ failed }) => [`update platform_answers set kind = 'unknown' where ${of(failed)}`],
  },
  {
    how: 'a payout called done under a reference that the bank never gave',
    breaks: ['banks_word_settles', 'bank_agrees_on_states'],
    book: ({ paid }) => [`update operations set platform_reference = 'made up' where id = '${paid}'`],
  },
  {
    how: 'an operation that hangs',
    breaks: ['steps_make_a_chain', 'everything_settles'],
    book: ({ underReview }) => [`update operations set state = 'screening' where id = '${underReview}'`],
  },
  {
    how: 'a person who is asked what the bank would answer',
    breaks: ['nobody_is_asked_for_the_bank'],
    book: ({ waiting }) => [`update operations set attention = 'no answer' where id = '${waiting}'`],
  },
  {
    how: 'a call of the bank that nobody looked at',
    breaks: ['nothing_is_left_lying'],
    book: () => ['update inbox set handled_at = null, outcome = null'],
  },
  {
    how: 'a decision without an outcome',
    breaks: ['tickets_are_used_once', 'nothing_is_left_lying'],
    book: ({ accepted }) => [`update tickets set outcome = null, used_at = null where ${of(accepted)}`],
  },
  {
    how: 'two operations under one key',
    breaks: ['one_operation_per_key'],
    book: ({ cleared }) => [
      `update operations set idempotency_key = (select idempotency_key from operations where idempotency_key = 'funds-of-ann')
        where id = '${cleared}'`,
    ],
  },
  {
    how: 'an operation with the words of another wish',
    breaks: ['acknowledged_is_there', 'every_operation_was_asked'],
    book: ({ cleared }) => [`update operation_parties set description = 'invented' where ${of(cleared)}`],
  },
]
