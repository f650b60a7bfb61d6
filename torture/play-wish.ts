import { acceptedIn, linesIn, operationsIn } from './answers.ts'
import { isHeard, type Ask } from './caller.ts'
import type { Follow } from './follow.ts'
import { decideEarly, type Desk } from './people-decide.ts'
import type { Wish } from './plan.ts'
import type { Course } from './course.ts'
import { faultOfOrder, ownMovementOf, type Reversible } from './holding-wishes.ts'
import { askOf, otherUnderItsKey, rivalOf } from './wishes.ts'

const TRIES = 8
/** Of the wishes that can be sent again safely. */
const ASKED_AGAIN = 0.15
/** Of all wishes; those without a key or a description of their own have nothing to reuse. */
const KEY_REUSED = 0.1
/** Of the corrections. */
const CONTESTED = 0.75

type Played = {
  readonly people: Omit<Desk, 'wish'>
  /** What later wishes can be about. */
  readonly known: { readonly reversible: string[]; readonly orders: Reversible[]; readonly lines: string[] }
  /** Statuses that were heard, by kind of wish. */
  readonly sent: Map<string, number>
  readonly course: Course
  readonly follow: Follow
}

/** Plays one wish of the plan, at its place. */
export function createPlayer({ people, known, sent, course, follow }: Played) {
  const { caller, world } = people

  /** From the request to what people do about the operation that it became. */
  async function see(ask: Ask, wish: Wish, onSeen: () => void): Promise<void> {
    const answers = wish.isDoubled ? await caller.sendTwice(ask) : [await caller.send(ask)]
    // A line is taken once by its reference, which does for it what a key does elsewhere.
    const isSafe = typeof ask.key === 'string' || wish.kind === 'bank_line'
    if (isSafe && !answers.some(isHeard)) answers.push(await caller.insist(ask, TRIES))
    for (const { status } of answers) count(sent, `${wish.kind}: ${status ?? 'no answer'}`)
    known.lines.push(...answers.flatMap(linesIn))
    for (const shown of answers.map(acceptedIn))
      if (shown) await decideEarly({ ...people, wish }, shown, ask.by)
    const operations = [...new Set(answers.flatMap(operationsIn))]
    if (operations.length === 0) onSeen()
    await Promise.all(operations.map((id) => follow(id, wish, onSeen)))
    // Whoever has lost the answer asks again, long after: the first answer of a key stands.
    if (isSafe && wish.random.chance(ASKED_AGAIN)) await caller.insist(ask, TRIES)
  }

  async function play(wish: Wish, onSeen: () => void): Promise<void> {
    if (wish.kind === 'own_movement') return people.moveByItself(ownMovementOf(wish, world))
    const ask = askOf(wish, { world, known })
    if (!ask) return count(sent, `${wish.kind}: nothing to be about`)
    // A provider that is down takes no orders, and needs none to fail.
    if (wish.amlFault) await people.orderAtProvider(wish.amlFault).catch(() => undefined)
    const fault = faultOfOrder(wish, ask)
    if (fault) await people.orderAtBank(fault).catch(() => undefined)
    const isContested = wish.kind.endsWith('reversal') && wish.random.chance(CONTESTED)
    await Promise.all(
      [ask, ...(isContested ? [rivalOf(ask, world)] : [])].map((one) => see(one, wish, onSeen)),
    )
    const other = wish.random.chance(KEY_REUSED) && otherUnderItsKey(ask)
    if (other)
      count(sent, `another wish under a used key: ${(await caller.send(other)).status ?? 'no answer'}`)
  }

  return async (wish: Wish, signal: AbortSignal): Promise<void> => {
    await course.reach(wish.place, signal)
    const end = course.begin()
    await play(wish, end).finally(end)
  }
}

function count(counts: Map<string, number>, what: string): void {
  counts.set(what, (counts.get(what) ?? 0) + 1)
}
