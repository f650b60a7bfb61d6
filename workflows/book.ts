import { TemporalFailure, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { BookActivities } from '#activities/index.ts'
import { BOOK_LOCALLY, BOOK_REGULARLY } from './policy.ts'

type Call = (asked: unknown) => Promise<unknown>

const locally = proxyLocalActivities<BookActivities>(BOOK_LOCALLY)
const regularly = proxyActivities<BookActivities>(BOOK_REGULARLY)

/**
 * The book as a workflow sees it: one step after another, never two at once, whoever asks. A step that cannot be done
 * inside the workflow task is done outside it under the same key, as soon as Postgres is back.
 */
export function openBook(): BookActivities {
  let last: Promise<unknown> = Promise.resolve()

  function inTurn<Name extends keyof BookActivities>(name: Name): BookActivities[Name] {
    const call: Call = (asked) => {
      const work = async () => {
        try {
          return await (locally[name] as Call)(asked)
        } catch (error) {
          // When it happens this is an ActivityFailure, on replay only its cause: both must lead the same way.
          if (!(error instanceof TemporalFailure)) throw error
          return await (regularly[name] as Call)(asked)
        }
      }
      const mine = last.then(work, work)
      last = mine.catch(() => undefined)
      return mine
    }
    return call as BookActivities[Name]
  }

  return {
    registerOperation: inTurn('registerOperation'),
    decideOperation: inTurn('decideOperation'),
    expireDecision: inTurn('expireDecision'),
    readStanding: inTurn('readStanding'),
    beginScreening: inTurn('beginScreening'),
    recordScreening: inTurn('recordScreening'),
    recordOrder: inTurn('recordOrder'),
    markAttention: inTurn('markAttention'),
    findReturnPlatform: inTurn('findReturnPlatform'),
  }
}
