import { signedMinorOf } from './amount.ts'
import { add, groupBy, indexBy, type Sums } from './rows.ts'
import type { Book, Coin, Finding, HeldEntry, Operation, Rule } from './run.ts'
import { isOrder, isOwnMovement } from './states.ts'

/** What may stand in the platform's book for each of our states; without a line here it must not be there at all. */
const STANDS: Readonly<Record<string, readonly string[]>> = {
  processed: ['confirmed'],
  failed: ['refused'],
  at_platform: ['absent', 'pending', 'confirmed', 'refused'],
  outcome_unknown: ['absent', 'pending', 'confirmed', 'refused'],
}

/** An order that is done here is done there, and what was declined never got there. */
export const platformAgreesOnStates: Rule = {
  name: 'platform_agrees_on_states',
  find: ({ book, held }) => {
    const there = indexBy(held.orders, ({ reference }) => reference)
    return book.operations.filter(isOrder).flatMap((operation) => {
      const { id, state, platform_reference } = operation
      const order = there.get(id)
      const status = order?.status ?? 'absent'
      if (!(STANDS[state] ?? ['absent']).includes(status))
        return { subject: id, detail: `is ${state} here and ${status} at the platform` }
      return state === 'processed' && order && order.bankReference !== platform_reference
        ? { subject: id, detail: `has ${platform_reference}; the platform says ${order.bankReference}` }
        : []
    })
  },
}

/** The platform has been asked for nothing but our orders, each once, and each was marked before it went out. */
export const platformHasNoOther: Rule = {
  name: 'platform_has_no_other',
  find: ({ book, held }) => {
    const ours = new Set(book.operations.filter(isOrder).map(({ id }) => id))
    const sent = new Set(book.payoutSends.map(({ operation_id }) => operation_id))
    return [...groupBy(held.orders, ({ reference }) => reference)].flatMap(([subject, orders]): Finding[] => {
      if (orders.length > 1) return [{ subject, detail: `${orders.length} orders under one reference` }]
      if (!ours.has(subject)) return [{ subject, detail: 'the platform has an order that is none of ours' }]
      return sent.has(subject) ? [] : [{ subject, detail: 'the platform has it, and it was never sent' }]
    })
  },
}

/**
 * What the platform has moved under a reference is what we have moved for it: amount, currency and account, once; of a trade both
 * sides, or none.
 */
export const ordersAreBookedAsThere: Rule = {
  name: 'orders_are_booked_as_there',
  find: ({ book, held }) => {
    const place = placesOf(book)
    const theirs = groupBy(held.entries, ({ reference }) => reference)
    const operations = indexBy(book.operations, ({ id }) => id)
    const ended = book.operations.filter((operation) => isOrder(operation) && !OPEN.has(operation.state))
    const subjects = new Set([...ended.map(({ id }) => id), ...theirs.keys()])
    return [...subjects].flatMap((subject) => {
      const operation = operations.get(subject)
      if (operation && OPEN.has(operation.state)) return []
      const due = operation?.state === 'processed' ? movesOf(operation, place) : []
      const there = (theirs.get(subject) ?? []).map((entry) => toldOf(entry, place))
      if (due.toSorted().join() === there.toSorted().join()) return []
      const [ours, other] = [due, there].map((moves) => moves.join(' and ') || 'nothing')
      return { subject, detail: `moves ${ours} here, and ${other} at the platform` }
    })
  },
}

/** What the platform did by itself is booked here, once and as it was; and nothing is booked as its own that it did not do. */
export const ownMovementsAreBookedOnce: Rule = {
  name: 'own_movements_are_booked_once',
  find: ({ book, held }) => {
    const place = placesOf(book)
    const theirs = groupBy(held.entries, ({ reference, entryId }) => (reference === null ? entryId : null))
    const ours = groupBy(book.operations.filter(isOwnMovement), (one) => one.platform_reference)
    return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((subject) => {
      const there = (theirs.get(subject) ?? []).map((entry) => toldOf(entry, place)).join(' and ')
      const tried = ours.get(subject) ?? []
      // One that was refused for want of balance is followed by another.
      const done = tried.filter(({ state }) => state !== 'refused')
      const here = (done.length > 0 ? done : tried)
        .map((one) => (one.state === 'processed' ? movesOf(one, place).join() : `${one.id} is ${one.state}`))
        .join(' and ')
      return there === here
        ? []
        : { subject, detail: `was ${there || 'nothing'} there; booked here: ${here || 'nothing'}` }
    })
  },
}

/** A balance that a platform keeps is moved by an order that it has confirmed, or by what it did by itself, and by nothing else. */
export const mirrorsMoveOnItsWord: Rule = {
  name: 'mirrors_move_on_its_word',
  find: ({ book }) => {
    const mirrors = new Set(mirrorsOf(book).map(({ id }) => id))
    const operations = indexBy(book.operations, ({ id }) => id)
    return book.postings.flatMap(({ operation_id, step, account_id }) => {
      if (!mirrors.has(account_id)) return []
      const operation = operations.get(operation_id)
      const word = operation && isOwnMovement(operation) ? 'register' : 'platform_confirmed'
      const isTheirs = operation !== undefined && (isOrder(operation) || isOwnMovement(operation))
      return isTheirs && step === word
        ? []
        : { subject: operation_id, detail: `${step} of a ${operation?.kind} moves the mirror ${account_id}` }
    })
  },
}

/** After the last comparison each mirror is what the platform's own entries come to. */
export const mirrorsEqualThePlatform: Rule = {
  name: 'mirrors_equal_the_platform',
  find: ({ book, held }) => {
    const place = placesOf(book)
    const there: Sums = new Map()
    for (const entry of held.entries) add(there, place.nameOf(entry), place.minorOf(entry) ?? 0n)
    const posted = indexBy(book.balances, ({ account_id }) => account_id)
    return mirrorsOf(book).flatMap((coin) => {
      const [ours, theirs] = [posted.get(coin.id)?.posted ?? 0n, there.get(place.ofCoin(coin.id)) ?? 0n]
      return ours === theirs ? [] : { subject: coin.id, detail: `is ${ours}; at the platform ${theirs}` }
    })
  },
}

const OPEN: ReadonlySet<string> = new Set(['at_platform', 'outcome_unknown', 'awaiting_reference'])

function mirrorsOf({ coins }: Book): Coin[] {
  return coins.filter(({ platform_id }) => platform_id !== null)
}

type Places = ReturnType<typeof placesOf>

/** Where the platform keeps what. */
function placesOf({ coins, issuers }: Book) {
  const ofIssuer = indexBy(issuers, ({ id }) => id)
  const currencies = indexBy(issuers, ({ code }) => code)
  const byCoin = new Map(
    coins.map(({ id, platform_account, issuer_id }) => [
      id,
      `${platform_account} ${ofIssuer.get(issuer_id)?.code}`,
    ]),
  )
  return {
    nameOf: ({ account, currency }: HeldEntry) => `${account} ${currency}`,
    ofCoin: (coin: string | null) => byCoin.get(coin ?? '') ?? 'no place',
    minorOf: ({ amount, currency }: HeldEntry) =>
      signedMinorOf(amount, currencies.get(currency)?.fraction ?? 0),
  }
}

function toldOf(entry: HeldEntry, place: Places): string {
  return `${place.minorOf(entry) ?? entry.amount} at ${place.nameOf(entry)}`
}

/** What it has moved at the platform: of a deposit without the commission, which never gets there. */
function movesOf(operation: Operation, place: Places): string[] {
  const { kind, coin_id, counter_coin_id, sender_amount, recipient_amount } = operation
  const at = place.ofCoin(coin_id)
  if (kind === 'platform_deposit' || kind === 'platform_credit') return [`${recipient_amount} at ${at}`]
  if (kind !== 'platform_trade') return [`${-sender_amount} at ${at}`]
  const { sold_amount: sold, bought_amount: bought } = operation
  return [`${-(sold ?? 0n)} at ${at}`, `${bought} at ${place.ofCoin(counter_coin_id)}`]
}
