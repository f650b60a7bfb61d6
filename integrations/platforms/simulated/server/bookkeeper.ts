import { randomBytes } from 'node:crypto'
import { newId } from '#domain/ids.ts'
import type { Background } from './background.ts'
import { applyEvent, emptyBook } from './book.ts'
import type { Book, Work } from './book.ts'
import type { Caller } from './callbacks.ts'
import { createCalls, owedFor } from './calls.ts'
import { decideDue } from './decide.ts'
import { decideOrderDue } from './decide-order.ts'
import type { Stamp } from './decide.ts'
import type { BankEvent } from './events.ts'
import type { Journal } from './journal.ts'

export type Bookkeeper = {
  readonly book: Book
  /** Enters the event at once, and resolves when it is on disk. */
  record(event: BankEvent): Promise<void>
  /** Starts what the event asks for: the work that is due later, and the call. */
  follow(event: BankEvent): void
  /** One call before anything else happens; if it is not taken, `follow` makes it again like any other. */
  callEarly(event: BankEvent): Promise<void>
  /** What is due later for a reference happens now; false where nothing is due. */
  hurry(reference: string): Promise<boolean>
  settled(): Promise<void>
}

type Parts = {
  readonly journal: Journal
  readonly events: readonly BankEvent[]
  readonly background: Background
  /** Undefined where nobody wants to be called about payouts: such calls stay owed. */
  readonly payoutUrl: string | undefined
  readonly caller: Caller
}

/** Keeps book and journal in step, and goes on with whatever the journal says is still to be done. */
export function createBookkeeper({ journal, events, background, payoutUrl, caller }: Parts): Bookkeeper {
  const book = emptyBook()
  const calls = createCalls({ book, record, background, payoutUrl, caller })

  async function record(event: BankEvent): Promise<void> {
    applyEvent(book, event)
    await journal.append(event)
  }

  function follow(event: BankEvent): void {
    arm(event.reference)
    for (const owed of owedFor(book, event)) calls.start(owed)
  }

  function arm(reference: string): void {
    const work = book.work.get(reference)
    if (work) background.at(work.dueAt, () => perform(work))
  }

  /** Work that was overtaken, by a resend or by a person, is no longer the one in the book. */
  async function perform(work: Work): Promise<void> {
    const { reference } = work.request
    if (book.work.get(reference) !== work) return
    const event =
      work.subject === 'payout'
        ? decideDue(work, book.entries.get(reference), stamp())
        : decideOrderDue(work, { held: book.held, stamp: stamp() })
    await record(event)
    follow(event)
  }

  async function hurry(reference: string): Promise<boolean> {
    const work = book.work.get(reference)
    if (work) await perform(work)
    return work !== undefined
  }

  for (const event of events) applyEvent(book, event)
  for (const reference of book.work.keys()) arm(reference)
  for (const owed of book.owed.values()) calls.start(owed)
  return { book, record, follow, callEarly: calls.early, hurry, settled: () => journal.settled() }
}

export function stamp(): Stamp {
  const now = new Date()
  return { now, newId: (prefix) => newId(prefix, now.getTime(), randomBytes(16)) }
}
