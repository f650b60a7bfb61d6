import { setTimeout as sleep } from 'node:timers/promises'
import type { Shown } from './answers.ts'
import { ticketAskFor, type Carrier } from './carry.ts'
import type { Ask, Caller, Person } from './caller.ts'
import { faultAtPlatform } from './holding-wishes.ts'
import type { OwnMovement } from './holdings.ts'
import type { BankOrder } from './orders.ts'
import type { Wish } from './plan.ts'
import type { World } from './world.ts'

export type Desk = {
  readonly caller: Caller
  readonly carrier: Carrier
  readonly world: World
  readonly wish: Wish
  /** Makes the bank fail with a payout, and the provider of screening with its next answers. */
  readonly orderAtBank: (order: BankOrder) => Promise<void>
  readonly orderAtProvider: (order: NonNullable<Wish['amlFault']>) => Promise<void>
  /** For a few seconds, so that nobody waits for them any more. */
  readonly delayCalls: () => Promise<void>
  /** The platform moves a balance that it keeps. */
  readonly moveByItself: (movement: OwnMovement) => Promise<void>
}

const TRIES = 4
const DOUBLED = 0.1
const CARRIED = 0.12
/** Around the moment of expiry. */
const RACE_MS = 120
/** Nobody waits for a moment that is further away: not all that is as large expires as soon. */
const RACE_WITHIN_MS = 8_000

/** Lets people do what the plan says about what the operation waits for now. @returns false where they leave it */
export async function decideNow(desk: Desk, shown: Shown): Promise<boolean> {
  const { caller, carrier, world, wish } = desk
  const { fate, random } = wish
  const asks = asksFor({ world, wish }, shown)
  if (asks.length === 0) return false
  await sleep(
    shown.phase === 'awaiting_decision' && fate.decision === 'race_expiry'
      ? untilExpiry(shown)
      : fate.thinkMs,
  )
  await prepareBank(desk, shown)
  const send = async (ask: Ask) => {
    const ticket = random.chance(CARRIED) ? ticketAskFor(ask, shown.phase) : undefined
    if (ticket) await carrier.carry(ticket, random)
    else if (random.chance(DOUBLED)) await caller.sendTwice(ask)
    else await caller.insist(ask, TRIES)
  }
  // At the same moment, so that they race, but for those who decide one after another by turns.
  await Promise.all(asks.map(send))
  return true
}

/** A bank that is down takes no orders, and needs none to fail. */
async function prepareBank(
  { wish, orderAtBank, delayCalls }: Desk,
  { id, type, phase }: Shown,
): Promise<void> {
  const { fate, random } = wish
  if (fate.bankFault === null || phase !== 'awaiting_decision' || !SENT.has(type)) return
  const fault = isOrder(type) ? faultAtPlatform(fate.bankFault) : fate.bankFault
  await orderAtBank({ ...fault, reference: id }).catch(() => undefined)
  if (fault.fault === 'callback_contradicts') void delayCalls().catch(() => undefined)
  // Of what came back the bank is asked once it has called, and may say nothing then.
  if (fault.fault !== 'return_after' || !random.chance(SILENT)) return
  const silence = { fault: 'lookup_down', times: random.integer(1, 4), delayMs: 0 }
  await orderAtBank({ ...silence, reference: id }).catch(() => undefined)
}
const SILENT = 0.8

function isOrder(type: string): boolean {
  return type.startsWith('platform_')
}
/** To the bank, or to the platform. */
const SENT: ReadonlySet<string> = new Set([
  'bank_redeem',
  'suspense_return',
  'platform_deposit',
  'platform_withdrawal',
])

function untilExpiry({ decideBy }: Shown): number {
  const ms = decideBy === null ? 0 : Date.parse(decideBy) - Date.now() - RACE_MS
  return ms > RACE_WITHIN_MS ? 0 : Math.max(0, ms)
}

function asksFor({ world, wish }: { world: World; wish: Wish }, shown: Shown): Ask[] {
  const { fate, mark } = wish
  const reason = `Decided about ${mark}`
  const request = (by: Person, verb: string, body: object = {}): Ask => ({
    by,
    path: `/business-requests/${shown.requestIdentifier}/${verb}`,
    body,
    operation: shown.id,
  })
  const special = (by: Person) =>
    fate.specialist === 'leave'
      ? []
      : [request(by, fate.specialist === 'yes' ? 'approve' : 'reject', { reason })]
  switch (shown.phase) {
    case 'limited':
      return special(world.antifraud)
    case 'review':
      return special(world.compliance)
    case 'awaiting_reference':
      return fate.payout === 'leave' ? [] : [payoutWord(world, wish, request)]
    case 'awaiting_decision':
      return decisions(world, wish, request)
    default:
      return []
  }
}

/** Before it is in the book nothing can be foreseen, so the decision is taken as it comes: also by who asked, who may not. */
export async function decideEarly({ caller, world, wish }: Desk, shown: Shown, asker: Person): Promise<void> {
  const { random } = wish
  if (shown.phase !== 'received' || !random.chance(EARLY)) return
  const isStaff = world.accountants.some(({ id }) => id === asker.id)
  const by = isStaff && random.chance(0.7) ? asker : random.pick(world.accountants)
  await caller.send({
    by,
    path: `/business-requests/${shown.requestIdentifier}/approve`,
    body: {},
    operation: shown.id,
  })
}
const EARLY = 0.4

type Request = (by: Person, verb: string, body?: object) => Ask

function payoutWord({ accountants }: World, { fate, mark, random }: Wish, request: Request): Ask {
  const by = random.pick(accountants)
  return fate.payout === 'confirm'
    ? request(by, 'confirm-payout', { bankReference: `bank-${mark}` })
    : request(by, 'refuse-payout', { reason: 'account closed' })
}

/** Whoever asked may not decide, and somebody of the three may have asked: so two of them try. */
function decisions({ accountants, cfo }: World, { fate, random }: Wish, request: Request): Ask[] {
  const first = random.integer(0, 2)
  const [one = cfo, another = cfo] = [accountants[first], accountants[(first + 1) % 3]]
  switch (fate.decision) {
    case 'leave':
      return []
    case 'decline':
      return [request(one, 'decline')]
    case 'race':
      return [request(one, 'approve'), request(another, 'decline')]
    case 'race_expiry':
      return [request(one, 'approve')]
    case 'accept':
      return random.pick([
        () => [request(one, 'approve')],
        () => [request(one, 'approve'), request(cfo, 'approve'), request(another, 'approve')],
        // One person, who clicks twice, is one pair of eyes.
        () => [request(one, 'approve'), request(one, 'approve')],
      ])()
  }
}
