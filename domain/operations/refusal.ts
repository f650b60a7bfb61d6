/**
 * Every reason the book has to say no, in the order in which they are looked for. A refusal is an answer, not an
 * error: it changes nothing, and the same step asked again gets the same one.
 */
export const REFUSALS = [
  'operation_unknown',
  'operation_of_another_kind',
  'ticket_unknown',
  'ticket_for_another_decision',
  'already_decided',
  'ticket_expired',
  'decider_not_permitted',
  'decider_is_the_asker',
  'original_not_processed',
  'return_exceeds_original',
  'reversal_exceeds_original',
  'reversal_outdated',
  'bank_line_taken',
  'coin_inactive',
  'client_frozen',
  'bank_account_not_approved',
  'limit_exceeded',
  'exceeds_available_balance',
] as const

export type Refusal = (typeof REFUSALS)[number]

export function isRefusal(text: string): text is Refusal {
  return (REFUSALS as readonly string[]).includes(text)
}

/** One sentence for people; it names the rule, never the person or the amount. */
export function explainRefusal(refusal: Refusal): string {
  return SENTENCES[refusal]
}

const SENTENCES: Readonly<Record<Refusal, string>> = {
  operation_unknown: 'There is no such operation.',
  operation_of_another_kind: 'The operation is of another kind than this workflow handles.',
  ticket_unknown: 'The ticket does not exist or belongs to another operation.',
  ticket_for_another_decision: 'The ticket was issued for another decision.',
  already_decided: 'The operation no longer waits for this decision.',
  ticket_expired: 'The ticket is no longer valid.',
  decider_not_permitted: 'The person does not hold a role that may take this decision.',
  decider_is_the_asker: 'Nobody may decide on an operation that they asked for.',
  original_not_processed: 'The payout that is said to be returned is not settled yet.',
  return_exceeds_original: 'More would be returned than was paid out.',
  reversal_exceeds_original: 'More would be reversed than is left of the original.',
  reversal_outdated: 'Another correction of the original came in between: ask again.',
  bank_line_taken: 'The bank line belongs to another operation, or was settled.',
  coin_inactive: 'The coin is not active.',
  client_frozen: 'The client is frozen: nothing may be moved from or to their coins.',
  bank_account_not_approved: 'The bank account is not approved for payouts.',
  limit_exceeded: "A limit of the client's contract would be exceeded.",
  exceeds_available_balance: 'The amount is more than the coin has available.',
}
