import { add, groupBy, sumOf, type Sums } from './rows.ts'
import type { Account, Book, Finding, Rule } from './run.ts'
import { isPaidOut, ORDER_OPEN } from './states.ts'

/** A balance is nothing but the sum of what was posted to it. */
export const balancesEqualEntries: Rule = {
  name: 'balances_equal_entries',
  find: ({ book }) => {
    const posted = totals(book.postings.map(({ account_id, amount }) => [account_id, amount]))
    const stored = storedBalances(book)
    return [...new Set([...posted.keys(), ...stored.keys()])].flatMap((account) =>
      differ(account, { stored: stored.get(account), due: posted.get(account), as: 'its entries' }),
    )
  },
}

/** What a client's account held after each posting is what was posted until then: no write has overtaken another. */
export const runningBalancesHold: Rule = {
  name: 'running_balances_hold',
  find: ({ book }) => {
    const strict = new Set(book.accounts.filter((account) => account.strict).map(({ id }) => id))
    const running: Sums = new Map()
    const findings: Finding[] = []
    for (const { id, account_id, amount, balance_after } of book.postings) {
      if (!strict.has(account_id)) continue
      add(running, account_id, amount)
      const due = running.get(account_id) ?? 0n
      if (balance_after !== due)
        findings.push({
          subject: account_id,
          detail: `posting ${id} left ${balance_after}, its entries until then are ${due}`,
        })
    }
    return findings
  },
}

/** What is held on an account is what open holds say. */
export const heldEqualsHolds: Rule = {
  name: 'held_equals_holds',
  find: ({ book }) => {
    const open = book.holds.filter(({ state }) => state === 'placed')
    const due = totals(open.map(({ account_id, amount }) => [account_id, amount]))
    const stored = totals(book.balances.map(({ account_id, held }) => [account_id, held]))
    return [...new Set([...due.keys(), ...stored.keys()])].flatMap((account) =>
      differ(account, { stored: stored.get(account), due: due.get(account), as: 'its open holds' }),
    )
  },
}

/** Nobody has spent more than they had: posted less held is never below the floor, which is 0 for every coin. */
export const floorsHold: Rule = {
  name: 'floors_hold',
  find: ({ book }) => {
    const coins = new Set(book.coins.map(({ id }) => id))
    const low = book.balances.flatMap(({ account_id, posted, held, floor }) => {
      const least = coins.has(account_id) ? 0n : floor
      return least !== null && posted - held < least
        ? { subject: account_id, detail: `${posted} less ${held} held is below ${least}` }
        : []
    })
    const was = book.postings.flatMap(({ id, account_id, balance_after }) =>
      coins.has(account_id) && balance_after !== null && balance_after < 0n
        ? { subject: account_id, detail: `was at ${balance_after} after posting ${id}` }
        : [],
    )
    return [...low, ...was]
  },
}

/** Transit accounts are crossings: nothing stays on them, not even from one step to the next. */
export const transitIsEmpty: Rule = {
  name: 'transit_is_empty',
  find: ({ book }) => {
    const transit = idsOf(book, ({ type }) => type === 'technical_transit' || type === 'issuing_transit')
    const steps = groupBy(
      book.postings.filter(({ account_id }) => transit.has(account_id)),
      ({ operation_id, step, account_id }) => `${operation_id} ${step} on ${account_id}`,
    )
    return [...steps].flatMap(([subject, rows]) => {
      const rest = sumOf(rows, ({ amount }) => amount)
      return rest === 0n ? [] : { subject, detail: `${rest} stays in transit` }
    })
  },
}

/** In payout transit stands what was accepted and has no definite answer yet, and nothing else. */
export const payoutTransitEqualsOpenPayouts: Rule = {
  name: 'payout_transit_equals_open_payouts',
  find: ({ book }) => {
    const open = book.operations.filter(
      (operation) => isPaidOut(operation) && ORDER_OPEN.has(operation.state),
    )
    const due = totals(open.map((operation) => [operation.issuer_id, operation.recipient_amount]))
    return compareSystem(book, { type: 'payout_transit', due, as: 'open payouts' })
  },
}

/** In suspense stands what came in and has gone nowhere yet. */
export const suspenseEqualsOpenLines: Rule = {
  name: 'suspense_equals_open_lines',
  find: ({ book }) => {
    const onTheirWay = new Set(
      book.operations.filter(({ state }) => ORDER_OPEN.has(state)).map(({ id }) => id),
    )
    const open = book.lines.filter(
      ({ settled_at, operation_id }) => settled_at === null && !onTheirWay.has(operation_id ?? ''),
    )
    const due = totals(open.map(({ issuer_id, amount }) => [issuer_id, amount]))
    return compareSystem(book, { type: 'suspense', due, as: 'open lines' })
  },
}

function compareSystem(book: Book, { type, due, as }: { type: string; due: Sums; as: string }): Finding[] {
  const stored = storedBalances(book)
  return book.accounts
    .filter((account) => account.type === type)
    .flatMap(({ id, issuer_id }) => differ(id, { stored: stored.get(id), due: due.get(issuer_id), as }))
}

function differ(
  subject: string,
  { stored = 0n, due = 0n, as }: { stored: bigint | undefined; due: bigint | undefined; as: string },
): Finding[] {
  return stored === due ? [] : [{ subject, detail: `has ${stored}; ${as} are ${due}` }]
}

function storedBalances(book: Book): Sums {
  return totals(book.balances.map(({ account_id, posted }) => [account_id, posted]))
}

function totals(amounts: readonly (readonly [string, bigint])[]): Sums {
  const sums: Sums = new Map()
  for (const [name, amount] of amounts) add(sums, name, amount)
  return sums
}

function idsOf(book: Book, is: (account: Account) => boolean): Set<string> {
  return new Set(book.accounts.filter(is).map(({ id }) => id))
}
