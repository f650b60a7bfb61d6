import type { Background } from './background.ts'
import { owedKey } from './book.ts'
import type { Book, OwedCall } from './book.ts'
import type { Caller } from './callbacks.ts'
import type { BankEvent } from './events.ts'

type Calls = {
  /** Makes the call, at its time, until it has been taken as often as it is owed. */
  readonly start: (owed: OwedCall) => void
  /** One call of each that the event owes, before anything else happens. */
  readonly early: (event: BankEvent) => Promise<void>
}

type Parts = {
  readonly book: Book
  readonly record: (event: BankEvent) => Promise<void>
  readonly background: Background
  readonly payoutUrl: string | undefined
  readonly caller: Caller
}

/** Which calls are made, and what the book learns of them. */
export function createCalls({ book, record, background, payoutUrl, caller }: Parts): Calls {
  function start(owed: OwedCall): void {
    const url = owed.url ?? payoutUrl
    if (url === undefined) return
    if (owed.dueAt === undefined) background.soon(() => makeCalls(owed, url))
    else background.at(owed.dueAt, () => makeCalls(owed, url))
  }

  async function makeCalls(owed: OwedCall, url: string): Promise<void> {
    while (book.owed.has(owedKey(owed))) {
      const end = await caller.deliver(owed, url)
      if (end === 'stopped') return
      await recordCall(owed, end)
    }
  }

  async function recordCall(owed: OwedCall, end: 'delivered' | 'abandoned'): Promise<void> {
    const { reference, eventId, url } = owed
    const at = new Date().toISOString()
    await record({ at, kind: `callback.${end}`, reference, eventId, ...(url !== undefined && { url }) })
  }

  async function early(event: BankEvent): Promise<void> {
    for (const owed of owedFor(book, event)) {
      const url = owed.url ?? payoutUrl
      if (url !== undefined && (await caller.call(owed, url))) await recordCall(owed, 'delivered')
    }
  }

  return { start, early }
}

/** One for each who is called. */
export function owedFor(book: Book, event: BankEvent): OwedCall[] {
  if (!('callback' in event) || !event.callback) return []
  const { eventId } = event.callback
  return [...book.owed.values()].filter((owed) => owed.eventId === eventId)
}
