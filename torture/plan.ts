import { AML_FAULTS, FAULTS_OF_ONE } from './fault-plan.ts'
import { createRandom, type Random } from './random.ts'
import { BANDS, type Band } from './rules.ts'

export const WISH_KINDS = [
  'direct_top_up',
  'requested_top_up',
  'withdrawal',
  'manual_withdrawal',
  'transfer',
  'reversal',
  'bank_line',
  'line_return',
  'platform_deposit',
  'requested_deposit',
  'platform_withdrawal',
  'platform_trade',
  'order_reversal',
  'own_movement',
  'asset_sync',
] as const
export type WishKind = (typeof WISH_KINDS)[number]

/** What people will do about it, should it wait for them. */
export type Fate = {
  /**
   * race: one accepts while another declines. race_expiry: accepted at the moment at which it expires. leave: nobody decides.
   */
  readonly decision: 'accept' | 'decline' | 'race' | 'race_expiry' | 'leave'
  readonly thinkMs: number
  /** Of a limit and of a review: yes, or no. */
  readonly specialist: 'yes' | 'no' | 'leave'
  readonly payout: 'confirm' | 'refuse' | 'leave'
  /** What the bank does wrong with its payout; null: nothing. */
  readonly bankFault: { readonly fault: string; readonly delayMs: number } | null
}

export type Wish = {
  readonly n: number
  /** At which place of the work it is asked: about its number. */
  readonly place: number
  readonly kind: WishKind
  readonly mark: string
  /** Minor units. */
  readonly amount: number
  readonly hasKey: boolean
  readonly isDoubled: boolean
  /** What a provider of screening says of the name that is asked with. */
  readonly name: 'honest' | 'nearly' | 'listed'
  readonly isLimited: boolean
  /** With others of the same number it is about one coin at one moment; null: it comes alone. */
  readonly crowd: number | null
  /** How the provider of screening fails before it answers; null: it does not, or is not asked. */
  readonly amlFault: { readonly fault: string; readonly times: number } | null
  readonly fate: Fate
  /** For choices that depend on what there is by then. */
  readonly random: Random
}

const KINDS: Readonly<Record<WishKind, number>> = {
  direct_top_up: 22,
  requested_top_up: 20,
  withdrawal: 28,
  manual_withdrawal: 6,
  transfer: 16,
  reversal: 10,
  bank_line: 6,
  line_return: 2,
  platform_deposit: 20,
  requested_deposit: 10,
  platform_withdrawal: 16,
  platform_trade: 12,
  order_reversal: 8,
  own_movement: 9,
  asset_sync: 4,
}
const BAND_WEIGHTS: Readonly<Record<Band, number>> = { plain: 56, expiring: 13, quorum: 13, screened: 18 }
const DECISIONS = { accept: 70, decline: 7, race: 12, race_expiry: 6, leave: 5 } as const
const DOUBLED = 0.1
const KEYED = 0.7
const AT_THE_BANK = 0.75
/** Of the faults at the bank, besides those that come back by chance: most has to go right for a payout to come back. */
const COMES_BACK = 0.15
/** Of the others: it has paid, or booked, and does not say so. */
const TIMES_OUT = 0.55
/** Of what is left: the call says no, and comes late; it is refused; it is done later; or anything. */
const OTHERWISE = { callback_contradicts: 25, refuse: 30, answer_late: 20, any: 25 } as const
const AT_THE_PROVIDER = 0.6
/** Of the faults at the provider. */
const SILENCE = 0.5
/** Of so many wishes so many come at once, from one coin, small enough to be booked inside the request: at both APIs. */
const CROWD = { ofWishes: 20, size: 4, most: 9_99 }

/** Of a wish's place, by how many places later it may be asked. */
const LATER = 1.2

/** The whole of what is asked for, from the seed alone. */
export function planWishes(seed: number, count: number): Wish[] {
  const random = createRandom(seed, 'wishes')
  const wishes = Array.from({ length: count }, (_, n): Wish => {
    const kind = random.weighted(KINDS)
    const band = random.weighted(BAND_WEIGHTS)
    const [from, to] = BANDS[band]
    return {
      n,
      place: n + random.fraction() * LATER,
      kind,
      mark: `mark-${seed}-${n}-${random.integer(0, 2 ** 31)}`,
      amount: random.integer(from, to),
      hasKey: random.chance(KEYED),
      isDoubled: random.chance(DOUBLED),
      name: random.weighted({ honest: 84, nearly: 11, listed: 5 }),
      isLimited: random.chance(0.25),
      crowd: null,
      amlFault: band === 'screened' && random.chance(AT_THE_PROVIDER) ? amlFaultOf(random) : null,
      fate: fateOf(random, band),
      random: createRandom(seed, `wish ${n}`),
    }
  })
  return wishes.map((wish) => inCrowd(wish, wishes))
}

function inCrowd(wish: Wish, wishes: readonly Wish[]): Wish {
  const place = wish.n % CROWD.ofWishes
  const first = wishes[wish.n - place]
  if (!first || place >= CROWD.size) return wish
  const amount = 1 + (wish.amount % CROWD.most)
  const crowd = Math.floor(wish.n / CROWD.ofWishes)
  return { ...wish, kind: 'transfer', amount, place: first.place, isLimited: false, amlFault: null, crowd }
}

/** For what nobody follows because its answer was lost: its people find it in the queue, and let it go on. */
export function planForgotten(seed: number, id: string): Wish {
  const random = createRandom(seed, `forgotten ${id}`)
  return {
    n: 0,
    place: 0,
    kind: 'direct_top_up',
    mark: id,
    amount: 0,
    hasKey: false,
    isDoubled: false,
    name: 'honest',
    isLimited: false,
    crowd: null,
    amlFault: null,
    fate: { ...fateOf(random, 'plain'), decision: 'accept', specialist: 'yes', payout: 'confirm' },
    random,
  }
}

/** Silence takes longest to be noticed, and another fault beside it would end it sooner. */
function amlFaultOf(random: Random): NonNullable<Wish['amlFault']> {
  return random.chance(SILENCE)
    ? { fault: 'stall', times: 1 }
    : { fault: random.pick(AML_FAULTS), times: random.integer(1, 3) }
}

function fateOf(random: Random, band: Band): Fate {
  const decision = random.weighted(DECISIONS)
  return {
    // Without a rule that expires there is nothing to race against.
    decision: decision === 'race_expiry' && band !== 'expiring' ? 'accept' : decision,
    thinkMs: random.integer(0, 1_500),
    specialist: random.weighted({ yes: 80, no: 14, leave: 6 }),
    payout: random.weighted({ confirm: 78, refuse: 14, leave: 8 }),
    bankFault: random.chance(AT_THE_BANK)
      ? {
          fault: bankFaultOf(random),
          delayMs: random.integer(200, 4_000),
        }
      : null,
  }
}

function bankFaultOf(random: Random): string {
  if (random.chance(COMES_BACK)) return 'return_after'
  if (random.chance(TIMES_OUT)) return 'timeout_after_commit'
  const fault = random.weighted(OTHERWISE)
  return fault === 'any' ? random.pick(FAULTS_OF_ONE) : fault
}
