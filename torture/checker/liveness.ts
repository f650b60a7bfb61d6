import { indexBy } from './rows.ts'
import type { Rule } from './run.ts'
import { FINAL, isPaidOut, WAITS_FOR_PERSON } from './states.ts'

/** Some time after the last fault everything is done, or waits for a person who knows. */
export const everythingSettles: Rule = {
  name: 'everything_settles',
  find: ({ book }) =>
    book.operations
      .filter(
        ({ state, attention }) => !FINAL.has(state) && !WAITS_FOR_PERSON.has(state) && attention === null,
      )
      .map(({ id, kind, state, state_since }) => ({
        subject: id,
        detail: `a ${kind} that is ${state} since ${state_since.toISOString()}, and waits for nobody`,
      })),
}

/** A timer may be some seconds late. */
const LATE_MS = 30_000

/** What nobody has decided in time has ended by itself. */
export const nothingWaitsBeyondItsTime: Rule = {
  name: 'nothing_waits_beyond_its_time',
  find: ({ book }) => {
    const clocks = indexBy(book.projects, ({ id }) => id)
    return book.operations
      .filter(({ state, attention }) => EXPIRES.has(state) && attention === null)
      .flatMap(({ id, project_id, state, decide_by }) => {
        const now = clocks.get(project_id)?.now
        const isLate = !decide_by || !now || decide_by.getTime() < now.getTime() - LATE_MS
        return isLate
          ? { subject: id, detail: `is ${state}, and was to end at ${decide_by?.toISOString()}` }
          : []
      })
  },
}

const EXPIRES: ReadonlySet<string> = new Set(['limited', 'awaiting_decision'])

/** Where the bank can be asked, nobody has to be: it answers for every reference, also for one that it never got. */
export const nobodyIsAskedForTheBank: Rule = {
  name: 'nobody_is_asked_for_the_bank',
  find: ({ book, bank }) => {
    const there = indexBy(bank, ({ reference }) => reference)
    return book.operations
      .filter((operation) => isPaidOut(operation) && operation.platform !== null)
      .filter(({ attention, state }) => attention !== null && !FINAL.has(state))
      .flatMap(({ id, attention }) => {
        const status = there.get(id)?.status ?? 'absent'
        return status === 'pending'
          ? []
          : { subject: id, detail: `needs attention (${attention}), and the bank would say: ${status}` }
      })
  },
}

/** What platforms called about was looked at, and each decision that the API took has an outcome. */
export const nothingIsLeftLying: Rule = {
  name: 'nothing_is_left_lying',
  find: ({ book }) => [
    ...book.inbox
      .filter(({ handled_at }) => handled_at === null)
      .map(({ id, type, reference }) => ({
        subject: id,
        detail: `${type} of ${reference} was not looked at`,
      })),
    ...book.tickets
      .filter(({ delivery, outcome }) => delivery === 'api' && outcome === null)
      .map(({ id, verb, operation_id }) => ({
        subject: id,
        detail: `${verb} of ${operation_id} has no outcome`,
      })),
  ],
}
