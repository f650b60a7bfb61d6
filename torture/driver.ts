import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitingIn, type Shown } from './answers.ts'
import { createFollower } from './follow.ts'
import type { Desk } from './people-decide.ts'
import { planForgotten, type Wish } from './plan.ts'
import { createPlayer } from './play-wish.ts'
import type { Course } from './course.ts'

const QUEUE_EVERY_MS = 2_500
const FORGOTTEN_AFTER_MS = 4_000
const REVERSIBLE: ReadonlySet<string> = new Set(['bank_topup', 'client_transaction_transfer'])
/** By the platform. */
const TAKEN_BACK: ReadonlySet<string> = new Set(['platform_deposit', 'platform_withdrawal'])

export type Driver = {
  /** Statuses that were heard, by kind of wish. */
  readonly sent: ReadonlyMap<string, number>
  /** Everything was asked for, and everybody has done what the plan says. */
  readonly finished: Promise<void>
  /** People go home: what waits for them, waits. */
  stop(): Promise<void>
}

type Play = Omit<Desk, 'wish'> & {
  readonly seed: number
  readonly wishes: readonly Wish[]
  readonly course: Course
}

/** Plays the plan: each wish at its place, whatever became of the others, and people who decide as it says. */
export function startDriver({ seed, wishes, course, ...people }: Play): Driver {
  const { caller, world } = people
  const sent = new Map<string, number>()
  const known = { reversible: [] as string[], orders: [] as Shown[], lines: [] as string[] }
  const stopping = new AbortController()
  const { signal } = stopping
  // Everybody who waits listens to it.
  setMaxListeners(0, signal)
  const follow = createFollower({
    people,
    signal,
    onProcessed: (shown) => {
      if (REVERSIBLE.has(shown.type)) known.reversible.push(shown.id)
      if (TAKEN_BACK.has(shown.type)) known.orders.push(shown)
    },
  })

  const play = createPlayer({ people, known, sent, course, follow })

  const works: Promise<void>[] = []
  const start = (work: Promise<void>) => {
    const untilStopped = work.catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    works.push(untilStopped)
    return untilStopped
  }

  /** Somebody also looks into the queue, where lies what was taken and never answered. */
  async function workOffQueue(): Promise<void> {
    const ask = { by: world.accountants[0], path: '/business-requests/view', body: { pageSize: 100 } }
    for (;;) {
      await sleep(QUEUE_EVERY_MS, undefined, { signal })
      for (const id of waitingIn(await caller.send(ask), FORGOTTEN_AFTER_MS))
        void start(follow(id, planForgotten(seed, id)))
    }
  }

  const plays = wishes.map((wish) => start(play(wish, signal)))
  void start(workOffQueue())
  return {
    sent,
    finished: Promise.all(plays).then(() => undefined),
    stop: async () => {
      stopping.abort()
      await Promise.all(works)
    },
  }
}
