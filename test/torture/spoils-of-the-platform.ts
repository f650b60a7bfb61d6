import type { HeldBook, HeldEntry, HeldOrder } from '#torture/checker/run.ts'
import type { Spoil } from './spoil.ts'

const MOTE = '0.000001'

const orders = (book: HeldBook, how: (order: HeldOrder) => readonly HeldOrder[]): HeldBook => ({
  ...book,
  orders: book.orders.flatMap(how),
})
const entries = (book: HeldBook, how: (entry: HeldEntry) => readonly HeldEntry[]): HeldBook => {
  const changed = book.entries.flatMap(how)
  if (JSON.stringify(changed) === JSON.stringify(book.entries)) throw new Error('nothing was spoilt')
  return { ...book, entries: changed }
}

/** What stands at the platform that keeps balances, and is not what stands here. */
export const HELD_SPOILS: readonly Spoil[] = [
  {
    how: 'a deposit that is done here and refused at the platform',
    breaks: ['platform_agrees_on_states'],
    held: (book, { deposited }) =>
      orders(book, (one) => [one.reference === deposited ? { ...one, status: 'refused' } : one]),
  },
  {
    how: 'a withdrawal that was declined, and that the platform has done',
    breaks: ['platform_agrees_on_states', 'platform_has_no_other'],
    held: (book, { withdrawn, unwanted }) =>
      orders(book, (one) => (one.reference === withdrawn ? [one, { ...one, reference: unwanted }] : [one])),
  },
  {
    how: 'one reference ordered twice',
    breaks: ['platform_has_no_other'],
    held: (book, { withdrawn }) => orders(book, (one) => (one.reference === withdrawn ? [one, one] : [one])),
  },
  {
    how: 'the same order under another reference',
    breaks: ['platform_has_no_other', 'orders_are_booked_as_there', 'mirrors_equal_the_platform'],
    held: (book, { unheard }) =>
      entries(
        orders(book, (one) => (one.reference === unheard ? [one, { ...one, reference: 'op_again' }] : [one])),
        (one) => (one.reference === unheard ? [one, { ...one, entryId: 'x', reference: 'op_again' }] : [one]),
      ),
  },
  {
    how: 'an entry of another amount than was ordered',
    breaks: ['orders_are_booked_as_there', 'mirrors_equal_the_platform'],
    held: (book, { deposited }) =>
      entries(book, (one) => [one.reference === deposited ? { ...one, amount: MOTE } : one]),
  },
  {
    how: 'a trade that has sold and not bought',
    breaks: ['orders_are_booked_as_there', 'mirrors_equal_the_platform'],
    held: (book, { traded }) =>
      entries(book, (one) => (one.reference === traded && one.currency === 'BTC' ? [] : [one])),
  },
  {
    how: 'an order that failed here and moved something there',
    breaks: ['orders_are_booked_as_there', 'mirrors_equal_the_platform'],
    held: (book, { refused, withdrawn }) =>
      entries(book, (one) => (one.reference === withdrawn ? [one, { ...one, reference: refused }] : [one])),
  },
  {
    how: 'a movement of the platform that was never booked',
    breaks: ['own_movements_are_booked_once', 'mirrors_equal_the_platform'],
    held: (book) =>
      entries(book, (one) => (one.reference === null ? [one, { ...one, entryId: 'another' }] : [one])),
  },
  {
    how: 'a movement that was booked, and that the platform does not know',
    breaks: ['own_movements_are_booked_once', 'every_operation_was_asked', 'mirrors_equal_the_platform'],
    held: (book) => entries(book, (one) => (one.amount === '3.5' ? [] : [one])),
  },
  {
    how: 'a movement of the platform that was booked twice, balances and all',
    breaks: ['own_movements_are_booked_once'],
    book: () => [
      `update operations set platform_reference = (select platform_reference from operations where kind = 'platform_credit')
        where kind = 'platform_debit'`,
    ],
  },
  {
    how: 'a mirror that moved before the platform had confirmed',
    breaks: ['mirrors_move_on_its_word', 'money_moves_by_the_step'],
    book: ({ deposited }) => [`update postings set step = 'register' where operation_id = '${deposited}'`],
  },
  {
    how: 'a hold of an order that is let go before the platform has said anything',
    breaks: ['held_equals_holds', 'holds_follow_their_operation'],
    book: ({ heldBack }) => [
      `update holds set state = 'released', ended_at = now() where operation_id = '${heldBack}'`,
    ],
  },
  {
    how: 'something taken back of a withdrawal, as if it had been a deposit',
    breaks: ['corrections_stay_within', 'booked_as_asked'],
    book: ({ takenBack, withdrawn }) => [
      `update operations set reversal_of = '${withdrawn}' where id = '${takenBack}'`,
    ],
  },
  {
    how: 'an odd call that nobody is told of',
    breaks: ['odd_calls_are_before_people'],
    book: () => ["delete from breaks where kind = 'odd_call'"],
  },
  {
    how: 'a difference that is still open',
    breaks: ['odd_calls_are_before_people', 'no_break_is_unexplained'],
    book: () => ["update breaks set kind = 'mirror_differs' where kind = 'odd_call'"],
  },
  {
    how: 'a person who is asked what the platform would say',
    breaks: ['nobody_is_asked_for_the_platform'],
    book: ({ heldBack }) => [
      `update operations set attention = 'what became of it?' where id = '${heldBack}'`,
    ],
  },
]
