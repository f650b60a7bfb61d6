import type { Response } from 'express'
import { isTaken } from './book.ts'
import { stamp } from './bookkeeper.ts'
import type { Bookkeeper } from './bookkeeper.ts'
import type { Mishap, Stamp } from './decide.ts'
import type { BankEvent } from './events.ts'
import type { FaultQueue } from './fault-queue.ts'
import { MAGIC_DELAY_MS, NO_FAULT, PLANS, magicFault } from './faults.ts'
import type { Plan, Subject } from './faults.ts'
import { answerBusy } from './http.ts'

export type Reply = { readonly answers: Plan['answers']; readonly delayMs: number }

type Sending<Entry> = {
  readonly subject: Subject
  readonly request: { readonly reference: string; readonly amount: string }
  /** What the book says of a reference that it has not seen before. */
  readonly decide: (mishap: Mishap | undefined, stamp: Stamp) => BankEvent | undefined
  readonly find: () => Entry | undefined
}

/**
 * Every decision is taken and entered in one synchronous step, so two equal requests cannot both be new; every
 * answer then waits for the journal, so nothing is said that a restart would forget.
 */
export function createSender(keeper: Bookkeeper, faults: FaultQueue) {
  const { book } = keeper

  function mishapOf({ subject, request }: Pick<Sending<never>, 'subject' | 'request'>): Mishap | undefined {
    const { reference, amount } = request
    const known = isTaken(book, reference)
    const order = faults.takeForSend({ subject, reference, amount, known })
    if (order) return order
    const fault = known || book.tried.has(reference) ? undefined : magicFault(amount, subject)
    return fault && { fault, delayMs: MAGIC_DELAY_MS, reason: undefined }
  }

  return async function send<Entry>(
    sending: Sending<Entry>,
  ): Promise<Reply & { readonly entry: Entry | undefined }> {
    const { reference } = sending.request
    const known = isTaken(book, reference)
    const mishap = mishapOf(sending)
    const plan = mishap ? PLANS[mishap.fault] : NO_FAULT
    const now = stamp()
    const at = now.now.toISOString()
    const met = mishap && ({ at, kind: 'fault.met', reference, fault: mishap.fault } as const)
    const event = known ? undefined : sending.decide(mishap, now)
    const written = [met, event].filter((one) => one !== undefined).map((one) => keeper.record(one))
    const entry = sending.find()
    await Promise.all(written)

    if (event && plan.calls?.early) await keeper.callEarly(event)
    if (event) keeper.follow(event)
    await keeper.settled()
    return { entry, answers: plan.answers, delayMs: mishap?.delayMs ?? 0 }
  }
}

/** Answers in the manner of the fault. @param truth what is answered where nothing goes wrong */
export function reply(res: Response, { answers, delayMs }: Reply, truth: () => void): void {
  switch (answers) {
    case 'truth':
      truth()
      return
    case 'silence':
      // The connection stays open until the other side gives up or the bank stops.
      return
    case 'reset':
      res.socket?.resetAndDestroy()
      return
    case 'garbage':
      // Cut short, and at first sight a refusal: whoever reads it loosely gives money back that has left.
      res.type('json').send('{"status":"refused","reason":')
      return
    case 'busy':
      answerBusy(res, delayMs)
      return
    case 'error':
      res.status(500).json({ reason: 'bank_error' })
  }
}
