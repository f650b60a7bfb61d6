import type { Exchange } from '../log.ts'
import {
  idIn,
  isAlive,
  isGood,
  isRelease,
  isTurnedAway,
  recordOf,
  wishesIn,
  wishKey,
  type Wish,
} from './exchanges.ts'
import { groupBy, indexBy } from './rows.ts'
import type { BankLine, Operation, Rule } from './run.ts'
import { isOwnMovement } from './states.ts'

/** What was acknowledged is there, under the answer's id and with the words that were sent. */
export const acknowledgedIsThere: Rule = {
  name: 'acknowledged_is_there',
  find: ({ book, exchanges }) => {
    const operations = indexBy(book.operations, ({ id }) => id)
    return wishesIn(exchanges)
      .filter(isGood)
      .flatMap((wish) => {
        const id = idIn(wish)
        const operation = id === undefined ? undefined : operations.get(id)
        const subject = id ?? wish.mark
        const told = `${wish.status} to ${wish.path} of ${wish.person}, exchange ${wish.n}`
        if (!operation) return { subject, detail: `${told}, and it is not in the book` }
        if (!isRelease(wish) && operation.description !== wish.mark)
          return { subject, detail: `${told} for ${wish.mark}; the book has ${operation.description}` }
        return []
      })
  },
}

/** One wish is one operation at most: sends with one key are one wish, each without a key is one. */
export const doneOnceAtMost: Rule = {
  name: 'done_once_at_most',
  find: ({ book, exchanges }) => {
    const found = groupBy(book.operations, ({ description }) => description)
    return [...groupBy(wishesIn(exchanges), ({ mark }) => mark)].flatMap(([mark, sends]) => {
      const operations = found.get(mark) ?? []
      const allowed = new Set(sends.map(wishKey)).size
      const keyless = sends.filter((send) => send.key === null && isGood(send)).map(idIn)
      const answered = new Set(keyless).size
      if (operations.length <= allowed && answered === keyless.length) return []
      const ids = operations.map(({ id }) => id).join(', ')
      return { subject: mark, detail: `asked for ${allowed} time(s), done ${operations.length}: ${ids}` }
    })
  },
}

/** Who was told no, by a 4xx, has no money moving for it. */
export const refusedMovedNothing: Rule = {
  name: 'refused_moved_nothing',
  find: ({ book, exchanges }) => {
    const found = groupBy(book.operations, ({ description }) => description)
    return [...groupBy(wishesIn(exchanges), ({ mark }) => mark)].flatMap(([mark, sends]) => {
      const alive = (found.get(mark) ?? []).filter(isAlive)
      const open = new Set(sends.filter((send) => !isTurnedAway(send)).map(wishKey)).size
      if (alive.length <= open || !sends.some(isTurnedAway)) return []
      const ids = alive.map(({ id, state }) => `${id} is ${state}`).join(', ')
      return {
        subject: mark,
        detail: `${sends.filter(isTurnedAway).length} send(s) were refused, and ${ids}`,
      }
    })
  },
}

/**
 * Every operation comes from somebody's wish, from a line at the bank, from a payout that the bank gave back, or from what a platform
 * did by itself.
 */
export const everyOperationWasAsked: Rule = {
  name: 'every_operation_was_asked',
  find: ({ book, exchanges, held }) => {
    const wishes = groupBy(wishesIn(exchanges), ({ mark }) => mark)
    const origins = {
      moved: new Set(
        held.entries.filter(({ reference }) => reference === null).map(({ entryId }) => entryId),
      ),
      operations: indexBy(book.operations, ({ id }) => id),
      lines: indexBy(book.lines, ({ id }) => id),
      posted: postedLines(exchanges),
      releases: groupBy(exchanges.filter(isRelease), ({ path, person }) => `${person} ${path}`),
    }
    return book.operations
      .filter((operation) => !isWished(operation, wishes) && !derives(operation, origins))
      .map(({ id, kind, asked_by, description }) => ({
        subject: id,
        detail: `a ${kind} of ${asked_by ?? 'nobody'} that nobody asked for: ${description ?? 'no description'}`,
      }))
  },
}

function isWished({ description, asked_by }: Operation, wishes: ReadonlyMap<string, Wish[]>): boolean {
  const sends = description === null ? undefined : wishes.get(description)
  return sends?.some(({ person }) => person === asked_by) ?? false
}

type Origins = {
  readonly moved: ReadonlySet<string>
  readonly operations: ReadonlyMap<string, Operation>
  readonly lines: ReadonlyMap<string, BankLine>
  readonly posted: ReadonlySet<string>
  readonly releases: ReadonlyMap<string, Exchange[]>
}

function derives(operation: Operation, { operations, lines, posted, releases, moved }: Origins): boolean {
  const { id, kind, asked_by, return_of, bank_line_id } = operation
  if (isOwnMovement(operation)) return asked_by === null && moved.has(operation.platform_reference ?? '')
  if (kind === 'return')
    return ['withdrawal', 'suspense_return'].includes(operations.get(return_of ?? '')?.kind ?? '')
  const line = lines.get(bank_line_id ?? '')
  if (!line) return false
  if (kind === 'bank_line')
    return line.brought_by === id && posted.has(`${asked_by} ${line.bank_id} ${line.reference}`)
  // The top-up that a line starts by itself is named after it.
  if (kind !== 'top_up') return false
  return id.slice(3) === line.id.slice(5) || releases.has(`${asked_by} /bank-lines/${line.id}/release`)
}

function postedLines(exchanges: readonly Exchange[]): Set<string> {
  return new Set(
    exchanges
      .filter(({ method, path }) => method === 'POST' && path === '/bank-lines')
      .flatMap(({ person, body }) => {
        const { bankId, lines } = recordOf(body)
        return (Array.isArray(lines) ? lines : []).map(
          (line) => `${person} ${String(bankId)} ${String(recordOf(line)['reference'])}`,
        )
      }),
  )
}
