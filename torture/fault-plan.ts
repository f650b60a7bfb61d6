import { createRandom, type Random } from './random.ts'
import { LINKS, type Link } from './stack.ts'
import type { Toxic } from './toxiproxy.ts'

/** What can go wrong with one payout or order, or with looking it up (docs/sandbox.md says what each means). */
export const FAULTS_OF_ONE = [
  'refuse',
  'timeout_before_commit',
  'timeout_after_commit',
  'commit_late',
  'answer_late',
  'refuse_late',
  'callback_twice',
  'return_after',
  'garbage_answer',
  'callback_early',
  'callback_contradicts',
  'reset_connection',
  'server_error',
  'lookup_down',
  'callback_late',
  'callback_other_amount',
  'callback_unknown_reference',
  'callback_forged',
  'rate_limited',
] as const
/** What the simulated bank can be told to do wrong. */
export const BANK_FAULTS = [...FAULTS_OF_ONE, 'balance_down', 'book_down', 'down'] as const
export const AML_FAULTS = ['refuse', 'stall', 'nonsense', 'half', 'reset', 'empty'] as const

export type ProcessFault = {
  readonly sort: 'kill' | 'freeze'
  readonly part: string
  /** Until it is started, or goes on. */
  readonly forMs: number
}

export type MessageFault =
  | { readonly sort: 'toxic'; readonly link: Link; readonly toxic: Toxic; readonly forMs: number }
  | { readonly sort: 'cut'; readonly link: Link; readonly forMs: number }
  | { readonly sort: 'bank'; readonly fault: string; readonly times: number; readonly delayMs: number }
  | { readonly sort: 'aml'; readonly fault: string; readonly times: number }
  /** booking: whoever is just making a step of the book durable. committing: anything. any: whoever is there. */
  | { readonly sort: 'terminate'; readonly whom: Whom }

export type Whom = 'booking' | 'committing' | 'any'

/** It falls when the work has come to the place, which is counted in wishes. */
export type PlannedFault = { readonly place: number; readonly fault: ProcessFault | MessageFault }

/** Workers more often than others: what they were just doing is the hardest to get right. */
const PARTS = [
  'api1',
  'api2',
  'worker1',
  'worker2',
  'worker1',
  'worker2',
  'temporal',
  'postgres',
  'bank',
  'aml',
] as const
const FROZEN = ['api1', 'worker1', 'worker2', 'temporal', 'postgres', 'bank', 'aml'] as const

/** So many wishes go before the first fault, and a fault may fall by so many later than its turn. */
const FIRST = 4
const LATER = 1.6

/** Faults over all the wishes; the first comes when there is something to disturb. */
export function planFaults(
  seed: number,
  { processes, messages, wishes }: { processes: number; messages: number; wishes: number },
): PlannedFault[] {
  const random = createRandom(seed, 'faults')
  const at = (n: number, count: number) => FIRST + ((wishes - FIRST) * n) / count + random.fraction() * LATER
  const ofProcesses = deal(random, processes, processDeck)
  const ofMessages = deal(random, messages, messageDeck)
  return [
    ...ofProcesses.map((fault, n) => ({ place: at(n, processes), fault })),
    ...ofMessages.map((fault, n) => ({ place: at(n, messages) * earlier(fault), fault })),
  ].toSorted((one, other) => one.place - other.place)
}

/** Orders to bank and provider wait for whoever comes, so they are given early enough for somebody to come. */
function earlier({ sort }: MessageFault): number {
  return sort === 'bank' || sort === 'aml' ? 0.6 : 1
}

/** From shuffled decks, one after another: a run of some length meets each sort. */
function deal<Card>(random: Random, count: number, deckOf: (random: Random) => Card[]): Card[] {
  const dealt: Card[] = []
  while (dealt.length < count) {
    const deck = deckOf(random).map((card) => ({ card, place: random.fraction() }))
    dealt.push(...deck.toSorted((one, other) => one.place - other.place).map(({ card }) => card))
  }
  return dealt.slice(0, count)
}

function processDeck(random: Random): ProcessFault[] {
  return [
    ...PARTS.map((part) => ({ sort: 'kill', part, forMs: random.integer(200, 2_500) }) as const),
    ...FROZEN.map((part) => ({ sort: 'freeze', part, forMs: random.integer(800, 6_000) }) as const),
  ]
}

function messageDeck(random: Random): MessageFault[] {
  return [
    ...LINKS.map(
      (link) => ({ sort: 'toxic', link, toxic: toxicOf(random), forMs: random.integer(500, 3_000) }) as const,
    ),
    ...repeat(
      3,
      () => ({ sort: 'cut', link: random.pick(LINKS), forMs: random.integer(100, 1_500) }) as const,
    ),
    ...repeat(6, () => ({ sort: 'terminate', whom: 'booking' }) as const),
    ...repeat(4, () => ({ sort: 'terminate', whom: 'committing' }) as const),
    ...repeat(2, () => ({ sort: 'terminate', whom: 'any' }) as const),
    ...BANK_FAULTS.map((fault) => {
      const times = TIMES[fault] ? random.integer(...TIMES[fault]) : 1
      return { sort: 'bank', fault, times, delayMs: random.integer(200, 4_000) } as const
    }),
    ...repeat(6, () => {
      const delayMs = random.integer(200, 4_000)
      return { sort: 'bank', fault: 'timeout_after_commit', times: 1, delayMs } as const
    }),
    ...AML_FAULTS.map((fault) => ({ sort: 'aml', fault, times: random.integer(1, 3) }) as const),
  ]
}

/** Look-ups are many, and a call that contradicts has to come when nobody waits any more. */
const TIMES: Readonly<Record<string, [number, number]>> = {
  lookup_down: [1, 4],
  callback_contradicts: [2, 4],
  return_after: [1, 3],
  balance_down: [1, 3],
  book_down: [1, 4],
}

function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make)
}

/** Answers more often than questions: what has happened and is not heard of is the harder case. */
function toxicOf(random: Random): Toxic {
  const stream = random.chance(0.7) ? 'downstream' : 'upstream'
  const type = random.weighted({ latency: 3, reset_peer: 3, timeout: 2, limit_data: 4 })
  const attributes = {
    latency: () => ({ latency: random.integer(50, 1_500), jitter: random.integer(0, 500) }),
    reset_peer: () => ({ timeout: random.integer(0, 300) }),
    timeout: () => ({ timeout: random.integer(100, 2_000) }),
    limit_data: () => ({ bytes: random.integer(1, 3_000) }),
  }[type]()
  return { type, stream, attributes }
}
