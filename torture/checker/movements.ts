import { add, groupBy, indexBy, isSame, show, type Sums } from './rows.ts'
import type { Book, Operation, Organization, Posting, Rule, Step } from './run.ts'
import { HELD_BACK, isOrder, isPaidOut, ORDER_OPEN, TURNED_AWAY } from './states.ts'

/**
 * Each step moved exactly what entering its state means, on exactly the accounts that it concerns, and nothing moved
 * without a step: a double settlement, a step after a compensation, postings without their state and states without
 * their postings all show here.
 */
export const moneyMovesByTheStep: Rule = {
  name: 'money_moves_by_the_step',
  find: ({ book }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    const revenueOf = revenueAccounts(book)
    const coins = indexBy(book.coins, ({ id }) => id)
    const boughtOf = ({ counter_coin_id }: Operation) => coins.get(counter_coin_id ?? '')?.issuer_id ?? ''
    const moved = groupBy(book.postings, (row) => `${row.operation_id} ${row.step}`)
    const steps = indexBy(book.steps, (row) => `${row.operation_id} ${row.step}`)
    return [...new Set([...moved.keys(), ...steps.keys()])].flatMap((subject) => {
      const step = steps.get(subject)
      const operation = step && operations.get(step.operation_id)
      const due =
        step && operation
          ? movementOf({ operation, revenue: revenueOf(operation), bought: boughtOf(operation) }, step)
          : new Map()
      const done = netOf(moved.get(subject) ?? [])
      if (isSame(due, done)) return []
      const what = step ? `${step.from_state} to ${step.to_state}` : 'no step'
      return { subject, detail: `${what} should move ${show(due)}; it moved ${show(done)}` }
    })
  },
}

/**
 * Declined, expired, rejected, refused or failed: on every account everything is as before, commission included; and what a
 * platform keeps does not move before it has confirmed.
 */
export const turnedAwayLeavesNothing: Rule = {
  name: 'turned_away_leaves_nothing',
  find: ({ book }) => {
    const moved = groupBy(book.postings, ({ operation_id }) => operation_id)
    return book.operations
      .filter((operation) => hasMovedNothing(operation))
      .flatMap(({ id, state }) => {
        const net = netOf(moved.get(id) ?? [])
        return net.size === 0 ? [] : { subject: id, detail: `is ${state} and has moved ${show(net)}` }
      })
  },
}

function hasMovedNothing(operation: Operation): boolean {
  const { state } = operation
  const isUnderWay = isOrder(operation) && ORDER_OPEN.has(state)
  return TURNED_AWAY.has(state) || HELD_BACK.has(state) || state === 'received' || isUnderWay
}

/** What is processed has brought the recipient their amount and taken the sender theirs, once. */
export const processedMovedOnce: Rule = {
  name: 'processed_moved_once',
  find: ({ book }) => {
    const moved = groupBy(book.postings, ({ operation_id }) => operation_id)
    return book.operations
      .filter(({ state, coin_id }) => state === 'processed' && coin_id !== null)
      .flatMap((operation) => {
        const net = netOf(moved.get(operation.id) ?? [])
        const due = onTheCoins(operation)
        return [...due].flatMap(([coin, amount]) =>
          net.get(coin) === amount
            ? []
            : {
                subject: operation.id,
                detail: `${coin} should have ${amount}; it has ${net.get(coin) ?? 0n}`,
              },
        )
      })
  },
}

function onTheCoins(operation: Operation): Sums {
  const due: Sums = new Map()
  const { kind, coin_id, counter_coin_id, sender_amount, recipient_amount, commission_back } = operation
  if (kind === 'platform_trade') {
    add(due, coin_id ?? '', -(operation.sold_amount ?? sender_amount))
    add(due, counter_coin_id ?? '', operation.bought_amount ?? 0n)
    return due
  }
  add(due, coin_id ?? '', INCOMING.has(kind) ? recipient_amount : -sender_amount)
  if (counter_coin_id !== null) add(due, counter_coin_id, recipient_amount + commission_back)
  return due
}

const INCOMING: ReadonlySet<string> = new Set([
  'top_up',
  'return',
  'opening_balance',
  'platform_deposit',
  'platform_credit',
])

type Moving = { readonly operation: Operation; readonly revenue: string; readonly bought: string }

function movementOf({ operation, revenue, bought }: Moving, step: Step): Sums {
  const { to_state: to, from_state: from, outcome } = step
  if (outcome !== 'applied' || from === to) return new Map()
  if (isOrder(operation))
    return to === 'processed' ? doneByThePlatform({ operation, revenue, bought }) : new Map()
  if (ORDER_OPEN.has(to) && !ORDER_OPEN.has(from)) return intoPayout(operation, revenue)
  if (to === 'failed') return negated(intoPayout(operation, revenue))
  if (to !== 'processed') return new Map()
  return isPaidOut(operation) ? outOfPayout(operation) : booked(operation, revenue)
}

/** From the coin, or from suspense, into payout transit; the commission is taken then. */
function intoPayout(operation: Operation, revenue: string): Sums {
  const { issuer_id, coin_id, sender_amount, recipient_amount } = operation
  return sumsOf([
    [coin_id ?? `${issuer_id}:suspense`, -sender_amount],
    [`${issuer_id}:payout_transit`, recipient_amount],
    [revenue, sender_amount - recipient_amount],
  ])
}

function outOfPayout({ issuer_id, recipient_amount }: Operation): Sums {
  return sumsOf([
    [`${issuer_id}:payout_transit`, -recipient_amount],
    [`${issuer_id}:issuing_balance`, recipient_amount],
  ])
}

/** In circulation is what the platform keeps; a trade takes one issuer's out of it and brings another's in. */
function doneByThePlatform({ operation, revenue, bought }: Moving): Sums {
  const { kind, issuer_id, coin_id, counter_coin_id, sender_amount, recipient_amount } = operation
  const [coin, outside] = [coin_id ?? 'no coin', `${issuer_id}:issuing_balance`]
  const charged = [revenue, sender_amount - recipient_amount] as const
  if (kind === 'platform_deposit')
    return sumsOf([[outside, -sender_amount], [coin, recipient_amount], charged])
  if (kind === 'platform_withdrawal')
    return sumsOf([[coin, -sender_amount], [outside, recipient_amount], charged])
  const [sold, got] = [operation.sold_amount ?? 0n, operation.bought_amount ?? 0n]
  return sumsOf([
    [coin, -sold],
    [outside, sold],
    [counter_coin_id ?? 'no coin', got],
    [`${bought}:issuing_balance`, -got],
  ])
}

function booked(operation: Operation, revenue: string): Sums {
  const { issuer_id, coin_id, counter_coin_id, sender_amount, recipient_amount, bank_line_id } = operation
  const [outside, suspense] = [`${issuer_id}:issuing_balance`, `${issuer_id}:suspense`]
  const coin = coin_id ?? 'no coin'
  const charged = [revenue, sender_amount - recipient_amount] as const
  switch (operation.kind) {
    case 'top_up':
      return sumsOf([
        [bank_line_id === null ? outside : suspense, -sender_amount],
        [coin, recipient_amount],
        charged,
      ])
    case 'platform_debit':
      return sumsOf([
        [coin, -sender_amount],
        [outside, recipient_amount],
      ])
    case 'platform_credit':
    case 'opening_balance':
      return sumsOf([
        [outside, -sender_amount],
        [coin, recipient_amount],
      ])
    case 'transfer':
      return sumsOf([[coin, -sender_amount], [counter_coin_id ?? 'no coin', recipient_amount], charged])
    case 'return':
      return sumsOf([
        [outside, -sender_amount],
        [coin_id ?? suspense, recipient_amount],
      ])
    case 'bank_line':
      return sumsOf([
        [outside, -sender_amount],
        [suspense, sender_amount],
      ])
    case 'reversal':
      return sumsOf([
        [coin, -sender_amount],
        [revenue, -operation.commission_back],
        [
          counter_coin_id ?? (bank_line_id === null ? outside : suspense),
          sender_amount + operation.commission_back,
        ],
      ])
    default:
      return new Map()
  }
}

/** The commission is revenue from the client who pays it; a correction gives it back from where it went. */
function revenueAccounts(book: Book): (operation: Operation) => string {
  const organizations = indexBy(book.organizations, ({ id }) => id)
  const operations = indexBy(book.operations, ({ id }) => id)
  return (operation) => {
    const payer = isOrder(operation) ? operation : (operations.get(operation.reversal_of ?? '') ?? operation)
    const client: Organization | undefined = organizations.get(payer.organization_id)
    const kind = client?.type === 'merchant' ? 'business' : 'regular'
    return `${operation.issuer_id}:${kind}_system_commission`
  }
}

function netOf(postings: readonly Posting[]): Sums {
  return sumsOf(postings.map(({ account_id, amount }) => [account_id, amount] as const))
}

function sumsOf(amounts: readonly (readonly [string, bigint])[]): Sums {
  const sums: Sums = new Map()
  for (const [account, amount] of amounts) add(sums, account, amount)
  return sums
}

function negated(sums: Sums): Sums {
  return new Map([...sums].map(([account, amount]) => [account, -amount]))
}
