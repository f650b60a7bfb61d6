import type {
  HeldEvent,
  HoldingPlatform,
  Order,
  OrderType,
  Place,
  PlatformLabel,
  Settings,
} from '#domain/platforms/holding-platform.ts'
import { plainOutgoing } from '#test/support/plain-outgoing.ts'

/** What can be made to go wrong at the other side; a harness says it in the words of its platform. */
export type HoldingFault =
  | 'refuse'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  | LateFault
  | 'reset_connection'
  | 'garbage_answer'
  | 'server_error'
  /** Turned away for want of time, with a Retry-After of `delayMs`; nothing is booked. Any request can meet it. */
  | 'rate_limited'
  | 'lookup_down'
  | 'balance_down'
  | 'book_down'
  /** All of it, until `calm`. */
  | 'down'
export type LateFault = 'commit_late' | 'answer_late' | 'refuse_late'

export type SignedCall = { readonly headers: Record<string, string>; readonly rawBody: string }

/** What it is to be about where several could meet it: the order's reference; without one, whatever comes next. */
export type FaultAbout = { readonly reference?: string; readonly delayMs?: number }

/** The other side, running, and as its own staff sees it. */
export type OtherSide = {
  readonly settings: Settings
  /** The same with a credential that the other side does not know. */
  readonly wrongSettings: Settings
  order(fault: HoldingFault, about: FaultAbout): Promise<void>
  /** What the platform would do after a delay it does now. */
  hurry(reference: string): Promise<void>
  /** All faults that were ordered are over. */
  calm(): Promise<void>
  /** Movements of the platform's own, one after another: signed amounts, no reference of ours. An account comes to be with its first. */
  moves(place: Place, amounts: readonly string[]): Promise<void>
  /** What this order moved at its place, by the platform's own book: signed, one for each time that it was booked. */
  bookings(order: Order): Promise<readonly string[]>
  balanceOf(place: Place): Promise<string>
  /** A call as the platform makes it, signed by it at that moment. Only where it calls. */
  call?(event: HeldEvent, signedAt: Date): SignedCall
  stop(): Promise<void>
}

export type HoldingHarness = {
  readonly label: PlatformLabel
  readonly place: Place
  /** Never used there by anybody. */
  readonly unknownPlace: Place
  /** Of trades: where what is bought for money at `place` is kept. */
  readonly buy?: Place
  /** Of withdrawals, where the platform needs one. */
  readonly destination?: NonNullable<Order['destination']>
  /** Each of them fits the protocol and the currency of `place`; the first is what most tests move. */
  readonly amounts: readonly [string, ...string[]]
  /** More of one amount than a page holds; undefined where the platform lists everything at once. */
  readonly moreThanAPage?: number
  /** What can come late over this protocol. */
  readonly late: readonly LateFault[]
  readonly start: () => Promise<OtherSide>
}

export type There = OtherSide & {
  readonly platform: HoldingPlatform
  /** The same, for sends that are never answered. */
  readonly impatient: HoldingPlatform
  /** With a wrong credential. */
  readonly stranger: HoldingPlatform
  /** All that the three have said in this test. */
  readonly said: readonly unknown[]
}

/** Long enough to be heard on a busy machine, short enough to wait for in vain. */
const IMPATIENT_MS = 1_000

export async function startThere({ label, start }: HoldingHarness): Promise<There> {
  const side = await start()
  const said: unknown[] = []
  const open = (settings: Settings, timeoutMs?: number) =>
    heard(label.open(settings, plainOutgoing(timeoutMs)), said)
  return {
    ...side,
    platform: open(side.settings),
    impatient: open(side.settings, IMPATIENT_MS),
    stranger: open(side.wrongSettings),
    said,
  }
}

/** The same platform; what it answers is written down too. */
function heard(platform: HoldingPlatform, said: unknown[]): HoldingPlatform {
  async function keep<Answer>(answer: Promise<Answer>): Promise<Answer> {
    said.push(await answer)
    return answer
  }
  return {
    ...platform,
    place: (order) => keep(platform.place(order)),
    ...(platform.lookUp && { lookUp: (order: Order) => keep(lookUpAt(platform, order)) }),
    balance: (place) => keep(platform.balance(place)),
    entries: (asked) => keep(platform.entries(asked)),
    test: () => keep(platform.test()),
  }
}

/** @throws where the platform has no look-up. */
export async function lookUpAt(platform: HoldingPlatform, order: Order) {
  if (!platform.lookUp) throw new Error('this platform cannot be asked for a reference')
  return platform.lookUp(order)
}

export function orderOf(
  { place, buy, destination, amounts }: HoldingHarness,
  type: OrderType,
  { reference = 'op_1', amount = amounts[0] }: { reference?: string; amount?: string } = {},
): Order {
  return {
    reference,
    type,
    ...place,
    amount,
    ...(type === 'trade' && buy && { buy }),
    ...(type === 'withdrawal' && destination && { destination }),
  }
}
