import { setTimeout as sleep } from 'node:timers/promises'
import { shownIn, type Shown } from './answers.ts'
import { decideNow, type Desk } from './people-decide.ts'
import type { Wish } from './plan.ts'

const POLL_MS = 800
const POLL_MAX_MS = 4_000
/** Decisions by people about one operation; more is a quorum that cannot be reached. */
const ROUNDS_MAX = 4
/** Looks at an operation that still waits after a decision before it is decided again. */
const LOOKS_BEFORE_AGAIN = 4
const FINAL: ReadonlySet<string> = new Set(['refused', 'processed', 'declined', 'rejected', 'failed'])
const WAITING: ReadonlySet<string> = new Set(['limited', 'review', 'awaiting_decision', 'awaiting_reference'])

type Following = {
  readonly people: Omit<Desk, 'wish'>
  readonly signal: AbortSignal
  readonly onProcessed: (shown: Shown) => void
}

/** Before these are over the product itself has something to do. */
const UNSEEN: ReadonlySet<string> = new Set(['received', 'screening'])

/** Lets people do what the plan says about an operation, until nothing is left to do. Says when the product has first seen to it. */
export type Follow = (id: string, wish: Wish, onSeen?: () => void) => Promise<void>

/** Gives what reads an operation now and then, as its people would, until it has ended or nobody wants anything of it. */
export function createFollower({ people, signal, onProcessed }: Following): Follow {
  const followed = new Set<string>()
  const { caller, world } = people

  return async (id, wish, onSeen) => {
    if (followed.has(id)) return onSeen?.()
    followed.add(id)
    const ask = { by: world.accountants[0], path: `/transactions/${id}`, operation: id }
    let [pauseMs, decided, looks] = [POLL_MS, '', 0]
    for (let rounds = 0; rounds < ROUNDS_MAX;) {
      await sleep(pauseMs, undefined, { signal })
      const shown = shownIn(await caller.send(ask))
      if (!shown) continue
      if (!UNSEEN.has(shown.phase)) onSeen?.()
      if (shown.phase === 'processed') onProcessed(shown)
      if (FINAL.has(shown.phase)) return
      looks = shown.phase === decided ? looks + 1 : 0
      if (!WAITING.has(shown.phase) || (shown.phase === decided && looks < LOOKS_BEFORE_AGAIN)) {
        pauseMs = Math.min(POLL_MAX_MS, pauseMs * 1.6)
        continue
      }
      rounds += 1
      if (!(await decideNow({ ...people, wish }, shown))) return
      ;[pauseMs, decided, looks] = [POLL_MS, shown.phase, 0]
    }
  }
}
