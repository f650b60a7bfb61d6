import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { acceptedIn, linesIn, operationsIn, waitingIn } from './answers.ts'
import { isHeard } from './caller.ts'
import { createFollower } from './follow.ts'
import { decideEarly, type Desk } from './people-decide.ts'
import { planForgotten, type Wish } from './plan.ts'
import { askOf, otherUnderItsKey } from './wishes.ts'

const TRIES = 8
/** Of the wishes that can be sent again safely. */
const ASKED_AGAIN = 0.15
/** Of all wishes; those without a key or a description of their own have nothing to reuse. */
const KEY_REUSED = 0.1
const QUEUE_EVERY_MS = 2_500
const FORGOTTEN_AFTER_MS = 4_000
const REVERSIBLE: ReadonlySet<string> = new Set(['bank_topup', 'client_transaction_transfer'])

export type Driver = {
  /** Statuses that were heard, by kind of wish. */
  readonly sent: ReadonlyMap<string, number>
  /** Everything was asked for, and everybody has done what the plan says. */
  readonly finished: Promise<void>
  /** People go home: what waits for them, waits. */
  stop(): Promise<void>
}

type Play = Omit<Desk, 'wish'> & { readonly seed: number; readonly wishes: readonly Wish[] }

/** Plays the plan: each wish at its time, whatever became of the others, and people who decide as it says. */
export function startDriver({ seed, wishes, ...people }: Play): Driver {
  const { caller, world } = people
  const sent = new Map<string, number>()
  const known = { reversible: [] as string[], lines: [] as string[] }
  const stopping = new AbortController()
  const { signal } = stopping
  // Everybody who waits listens to it.
  setMaxListeners(0, signal)
  const follow = createFollower({
    people,
    signal,
    onProcessed: ({ id, type }) => {
      if (REVERSIBLE.has(type)) known.reversible.push(id)
    },
  })

  async function play(wish: Wish): Promise<void> {
    await sleep(wish.atMs, undefined, { signal })
    const ask = askOf(wish, { world, known })
    if (!ask) return count(sent, `${wish.kind}: nothing to be about`)
    // A provider that is down takes no orders, and needs none to fail.
    if (wish.amlFault) await people.orderAtProvider(wish.amlFault).catch(() => undefined)
    const answers = wish.isDoubled ? await caller.sendTwice(ask) : [await caller.send(ask)]
    // A line is taken once by its reference, which does for it what a key does elsewhere.
    const isSafe = typeof ask.key === 'string' || wish.kind === 'bank_line'
    if (isSafe && !answers.some(isHeard)) answers.push(await caller.insist(ask, TRIES))
    for (const { status } of answers) count(sent, `${wish.kind}: ${status ?? 'no answer'}`)
    known.lines.push(...answers.flatMap(linesIn))
    for (const shown of answers.map(acceptedIn))
      if (shown) await decideEarly({ ...people, wish }, shown, ask.by)
    await Promise.all([...new Set(answers.flatMap(operationsIn))].map((id) => follow(id, wish)))
    // Whoever has lost the answer asks again, long after: the first answer of a key stands.
    if (isSafe && wish.random.chance(ASKED_AGAIN)) await caller.insist(ask, TRIES)
    const other = wish.random.chance(KEY_REUSED) && otherUnderItsKey(ask)
    if (other)
      count(sent, `another wish under a used key: ${(await caller.send(other)).status ?? 'no answer'}`)
  }

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

  const plays = wishes.map((wish) => start(play(wish)))
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

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}
