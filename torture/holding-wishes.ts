import type { Ask } from './caller.ts'
import type { OwnMovement } from './holdings.ts'
import type { BankOrder } from './orders.ts'
import type { Wish } from './plan.ts'
import type { Random } from './random.ts'
import type { HeldCurrency, Holding, World } from './world.ts'

export const HOLDING_KINDS = [
  'platform_deposit',
  'requested_deposit',
  'platform_withdrawal',
  'platform_trade',
  'order_reversal',
  'own_movement',
  'asset_sync',
] as const
export type HoldingKind = (typeof HOLDING_KINDS)[number]

/** An order that was done; its amount tells the currency by its decimals. */
export type Reversible = { readonly id: string; readonly amount: string }

type Place = { readonly world: World; readonly orders: readonly Reversible[] }

/** Undefined where there is nothing yet that it could be about. */
export function askOfHolding(
  wish: Wish & { readonly kind: HoldingKind },
  { world, orders }: Place,
): Ask | undefined {
  const { kind, mark, random } = wish
  const accountant = random.pick(world.accountants)
  const common = { mark, key: wish.hasKey ? `key-${mark}` : null }
  const { holding, currency } = chosen(wish, world)
  const asset = `/assets/${holding.assets[currency].id}`
  const body = { amount: amountOfFault(wish) ?? amountOf(wish, currency), description: mark }
  switch (kind) {
    case 'platform_deposit':
      return { ...common, by: accountant, path: `${asset}/deposit`, body }
    case 'requested_deposit':
      return { ...common, by: holding.owner, path: `${asset}/deposit`, body }
    case 'platform_withdrawal':
      return { ...common, by: holding.owner, path: `${asset}/withdraw`, body }
    case 'platform_trade': {
      const buyAssetId = holding.assets[currency === 'BTC' ? 'USDT' : 'BTC'].id
      return { ...common, by: holding.owner, path: `${asset}/trade`, body: { ...body, buyAssetId } }
    }
    case 'order_reversal': {
      const order = orders[random.integer(0, Math.max(0, orders.length - 1))]
      if (!order) return undefined
      const path = `/transactions/${order.id}/reverse`
      const part = random.chance(0.5) ? { amount: partOf(order.amount, random) } : {}
      return { ...common, by: accountant, path, body: { reason: mark, ...part } }
    }
    case 'asset_sync':
      return { by: accountant, method: 'POST', path: `${asset}/sync` }
    case 'own_movement':
      return undefined
  }
}

/** What the platform does by itself is small, so that there is always enough for it. */
export function ownMovementOf(wish: Wish, world: World): OwnMovement {
  const { random } = wish
  const { holding, currency } = chosen(wish, world)
  const [most, decimals] = currency === 'USDT' ? [20_000_000, 6] : [9_000, 8]
  const sign = random.chance(0.5) ? '-' : ''
  const amount = `${sign}${decimal(random.integer(1, most), decimals)}`
  const what = random.pick(['trade', 'fee', 'interest'])
  return { place: holding.assets[currency].place, currency, amount, what }
}

/** Of what nobody decides about, so that its reference is not known before it goes out: the amount says which it is. */
export function faultOfOrder(wish: Wish, { body }: Ask): BankOrder | undefined {
  const { kind, fate } = wish
  if (fate.bankFault === null || (kind !== 'platform_deposit' && kind !== 'platform_trade')) return undefined
  const fault = faultAtPlatform(fate.bankFault)
  if (fault.fault === 'lookup_down') return fault
  return body && 'amount' in body ? { ...fault, amount: String(body.amount) } : undefined
}

/** Amounts that meet a fault by themselves, also where the platform was killed meanwhile (docs/sandbox.md). */
const BY_AMOUNT: Readonly<Record<string, string>> = {
  refuse: '4004.01',
  timeout_after_commit: '4004.03',
  commit_late: '4004.04',
  answer_late: '4004.05',
  garbage_answer: '4004.09',
  reset_connection: '4004.12',
}

/** Of deposits, in the currency that no rule is for. */
function amountOfFault({ kind, fate }: Wish): string | undefined {
  const isDeposit = kind === 'platform_deposit' || kind === 'requested_deposit'
  return isDeposit && fate.bankFault ? BY_AMOUNT[faultAtPlatform(fate.bankFault).fault] : undefined
}

/** An order at an account does not come back. */
export function faultAtPlatform(
  fault: NonNullable<Wish['fate']['bankFault']>,
): NonNullable<Wish['fate']['bankFault']> {
  return fault.fault === 'return_after' ? { ...fault, fault: 'timeout_after_commit' } : fault
}

/** The same for a wish whenever it is asked. */
function chosen(wish: Wish, { holdings }: World): { holding: Holding; currency: HeldCurrency } {
  const { n, amount, isLimited } = wish
  const fitting = holdings.filter((one) => one.isLimited === isLimited)
  const holding = fitting[n % fitting.length] ?? holdings[0]
  return { holding, currency: amountOfFault(wish) !== undefined || amount % 3 === 0 ? 'BTC' : 'USDT' }
}

/** As many dollars as the plan says of euros, for the same rules are for them; of the other a thousandth of a thousandth. */
function amountOf({ amount, n }: Wish, currency: HeldCurrency): string {
  const tail = (n * 7_919) % 9_999
  return currency === 'USDT' ? decimal(amount * 10_000 + tail, 6) : decimal(amount * 10 + (tail % 10), 8)
}

function partOf(amount: string, random: Random): string {
  const decimals = amount.split('.')[1]?.length ?? 0
  const minor = Number(amount.replace('.', ''))
  return decimal(Math.max(1, Math.floor(minor * random.fraction())), decimals)
}

function decimal(minor: number, decimals: number): string {
  const digits = String(minor).padStart(decimals + 1, '0')
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}
