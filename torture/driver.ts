import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { isHeard, type Heard } from './caller.ts'
import { decideEarly, decideNow, type Desk, type Shown } from './people-decide.ts'
import type { Wish } from './plan.ts'
import { askOf } from './wishes.ts'

const TRIES = 8
/** Of the wishes that can be sent again safely. */
const ASKED_AGAIN = 0.15
const POLL_MS = 600
const POLL_MAX_MS = 4_000
/** Decisions by people about one operation; more is a quorum that cannot be reached. */
const ROUNDS_MAX = 6
const FINAL: ReadonlySet<string> = new Set(['refused', 'processed', 'declined', 'rejected', 'failed'])

export type Driver = {
  /** Wishes that were sent, by kind, with the status that was heard first. */
  readonly sent: ReadonlyMap<string, number>
  /** Everything was asked for, and everybody has done what the plan says. */
  readonly finished: Promise<void>
  /** People go home: what waits for them, waits. */
  stop(): void
}

type Play = Omit<Desk, 'wish'> & { readonly wishes: readonly Wish[] }

/** Plays the plan: each wish at its time, whatever became of the others, and people who decide as it says. */
export function startDriver({ wishes, ...people }: Play): Driver {
  const { caller, world } = people
  const sent = new Map<string, number>()
  const known = { reversible: [] as string[], lines: [] as string[] }
  const stopping = new AbortController()
  // Everybody who waits listens to it.
  setMaxListeners(0, stopping.signal)
  const followed = new Set<string>()

  async function play(wish: Wish): Promise<void> {
    await sleep(wish.atMs, undefined, { signal: stopping.signal })
    const ask = askOf(wish, { world, known })
    if (!ask) return count(sent, `${wish.kind}: nothing to be about`)
    const answers = wish.isDoubled ? await caller.sendTwice(ask) : [await caller.send(ask)]
    // A line is taken once by its reference, which does for it what a key does elsewhere.
    const isSafe = typeof ask.key === 'string' || wish.kind === 'bank_line'
    if (isSafe && !answers.some(isHeard)) answers.push(await caller.insist(ask, TRIES))
    for (const { status } of answers) count(sent, `${wish.kind}: ${status ?? 'no answer'}`)
    known.lines.push(...answers.flatMap(linesIn))
    const desk = { ...people, wish }
    for (const shown of answers.map(acceptedIn))
      if (shown) await decideEarly(desk, shown, wish.random.pick([ask.by, world.accountants[0]]))
    const ids = new Set(answers.flatMap(operationsIn))
    await Promise.all([...ids].map((id) => follow(id, wish)))
    // Whoever has lost the answer asks again, long after: the first answer of a key stands.
    if (isSafe && wish.random.chance(ASKED_AGAIN)) await caller.insist(ask, TRIES)
  }

  /** Reads the operation now and then, as its people would, until it has ended or nobody wants anything of it. */
  async function follow(id: string, wish: Wish): Promise<void> {
    if (followed.has(id)) return
    followed.add(id)
    let pauseMs = POLL_MS
    let decided = ''
    for (let rounds = 0; rounds < ROUNDS_MAX;) {
      await sleep(pauseMs, undefined, { signal: stopping.signal })
      const shown = shownIn(
        await caller.send({ by: world.accountants[0], path: `/transactions/${id}`, operation: id }),
      )
      if (!shown) continue
      if (FINAL.has(shown.phase)) {
        if (shown.phase === 'processed' && REVERSIBLE.has(shown.type)) known.reversible.push(id)
        return
      }
      if (!WAITING.has(shown.phase) || shown.phase === decided) {
        pauseMs = Math.min(POLL_MAX_MS, pauseMs * 1.6)
        if (shown.phase === decided) rounds += 0.5
        if (rounds >= 2 && shown.phase === decided) decided = ''
        continue
      }
      rounds += 1
      decided = shown.phase
      if (!(await decideNow({ ...people, wish }, shown))) return
      pauseMs = POLL_MS
    }
  }

  const plays = wishes.map((wish) =>
    play(wish).catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error
    }),
  )
  return { sent, finished: Promise.all(plays).then(() => undefined), stop: () => stopping.abort() }
}

const WAITING: ReadonlySet<string> = new Set(['limited', 'review', 'awaiting_decision', 'awaiting_reference'])
const REVERSIBLE: ReadonlySet<string> = new Set(['bank_topup', 'client_transaction_transfer'])

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}

type Body = {
  readonly process?: Shown
  readonly lines?: readonly {
    readonly id: string | null
    readonly state: string
    readonly operationId: string | null
  }[]
}

function operationsIn({ status, answer }: Heard): string[] {
  if (status === null || status >= 300) return []
  const { process, lines = [] } = answer as Body
  return [process?.id, ...lines.map(({ operationId }) => operationId)].filter((id) => typeof id === 'string')
}

function acceptedIn(heard: Heard): Shown | undefined {
  return heard.status === 202 ? (heard.answer as Body).process : undefined
}

function linesIn({ status, answer }: Heard): string[] {
  if (status !== 200) return []
  const { lines = [] } = answer as Body
  return lines.flatMap(({ id, state }) => (id !== null && state === 'suspense' ? [id] : []))
}

function shownIn({ status, answer }: Heard): Shown | undefined {
  return status === 200 ? (answer as Body).process : undefined
}
