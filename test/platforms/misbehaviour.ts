import type { Response } from 'express'
import type { FaultAbout, HoldingFault } from './holding-harness.ts'

/** What a platform does for one send, in its own words. */
export type Send = {
  readonly reference: string
  /** Books it: in the end, or to be settled later. */
  book(as: 'done' | 'pending'): void
  /** What became of it where it was pending. */
  settle(as: 'done' | 'refused'): void
  refuse(): void
  answer(): void
}

export type Misbehaviour = {
  order(fault: HoldingFault, about: FaultAbout): void
  calm(): void
  hurry(reference: string): void
  /** Whether the fault that is due has answered already. */
  answersInstead(
    res: Response,
    what: 'send' | 'lookUp' | 'balance' | 'book' | 'other',
    reference?: string,
  ): boolean
  take(res: Response, send: Send): void
}

const OF_READING = { lookUp: 'lookup_down', balance: 'balance_down', book: 'book_down' } as const
const MET_BY_ANY: readonly HoldingFault[] = [
  'down',
  'rate_limited',
  'lookup_down',
  'balance_down',
  'book_down',
]

/** How a server of the tests goes wrong when it is told to; the protocol is the server's own. */
export function createMisbehaviour(): Misbehaviour {
  const queue: { fault: HoldingFault; about: FaultAbout }[] = []
  const later = new Map<string, () => void>()

  function next(
    wanted: readonly HoldingFault[],
    reference?: string,
  ): { fault: HoldingFault; about: FaultAbout } | undefined {
    const index = queue.findIndex(
      ({ fault, about }) =>
        wanted.includes(fault) && (about.reference === undefined || about.reference === reference),
    )
    const met = queue[index]
    if (met && met.fault !== 'down') queue.splice(index, 1)
    return met
  }

  return {
    order: (fault, about) => void queue.push({ fault, about }),
    calm: () => void queue.splice(0),
    hurry(reference) {
      later.get(reference)?.()
      later.delete(reference)
    },
    answersInstead(res, what, reference) {
      const wanted: HoldingFault[] = ['down', 'rate_limited']
      if (what in OF_READING) wanted.push(OF_READING[what as keyof typeof OF_READING])
      const met = next(wanted, reference)
      if (!met) return false
      if (met.fault === 'rate_limited')
        res.status(429).set('retry-after', String(Math.ceil((met.about.delayMs ?? 1_000) / 1_000)))
      else res.status(503)
      res.json({})
      return true
    },
    take(res, send) {
      const met = queue.find(
        ({ fault, about }) =>
          !MET_BY_ANY.includes(fault) && (about.reference ?? send.reference) === send.reference,
      )
      if (met) queue.splice(queue.indexOf(met), 1)
      misbehave(met?.fault, { res, send, later })
    },
  }
}

type Scene = { readonly res: Response; readonly send: Send; readonly later: Map<string, () => void> }

function misbehave(fault: HoldingFault | undefined, { res, send, later }: Scene): void {
  switch (fault) {
    case 'refuse':
      return send.refuse()
    case 'timeout_before_commit':
      return
    case 'timeout_after_commit':
      return send.book('done')
    case 'commit_late':
      return void later.set(send.reference, () => send.book('done'))
    case 'answer_late':
    case 'refuse_late':
      send.book('pending')
      later.set(send.reference, () => send.settle(fault === 'answer_late' ? 'done' : 'refused'))
      return send.answer()
    case 'reset_connection':
      send.book('done')
      return void res.socket?.resetAndDestroy()
    case 'garbage_answer':
      send.book('done')
      // Cut short, and at first sight a refusal.
      return void res.type('json').send('{"result":"failed","code":-1013,"status":"refused","reason":')
    case 'server_error':
      return void res.status(500).json({})
    case 'down':
    case 'rate_limited':
    case 'lookup_down':
    case 'balance_down':
    case 'book_down':
    case undefined:
      send.book('done')
      return send.answer()
  }
}

/** A field of a form or a query, where it stands there once. */
export function fieldOf(from: unknown, name: string): string {
  const value =
    typeof from === 'object' && from !== null ? (from as Record<string, unknown>)[name] : undefined
  return typeof value === 'string' ? value : ''
}
