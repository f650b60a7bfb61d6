import type { Ask } from './caller.ts'
import type { Wish } from './plan.ts'
import { askOfHolding, HOLDING_KINDS, type HoldingKind, type Reversible } from './holding-wishes.ts'
import type { Random } from './random.ts'
import { CURRENCY, IBAN, type Coin, type World } from './world.ts'

/** What is known by now, for wishes that are about something earlier. */
export type Known = {
  /** Ids of operations that were seen processed and can be corrected. */
  readonly reversible: readonly string[]
  /** Orders that a platform has done. */
  readonly orders: readonly Reversible[]
  /** Ids of bank lines that were seen in suspense. */
  readonly lines: readonly string[]
}

type Place = { readonly world: World; readonly known: Known }

/** The request that a wish becomes; undefined where there is nothing yet that it could be about. */
export function askOf(wish: Wish, { world, known }: Place): Ask | undefined {
  const { kind, mark, random } = wish
  if (isOfHolding(kind)) return askOfHolding({ ...wish, kind }, { world, orders: known.orders })
  const coin = coinOf(wish, world)
  const accountant = random.pick(world.accountants)
  const common = { mark, key: wish.hasKey ? `key-${mark}` : null }
  switch (kind) {
    case 'direct_top_up':
      return {
        ...common,
        by: accountant,
        path: '/bank-top-ups/with-bank',
        body: topUpBody(wish, coin, world),
      }
    case 'requested_top_up': {
      const path = '/bank-top-ups/create-request/with-bank'
      return { ...common, by: coin, path, body: topUpBody(wish, coin, world) }
    }
    case 'withdrawal':
    case 'manual_withdrawal': {
      const bankId = kind === 'withdrawal' ? world.banks.integrated : world.banks.manual
      const amount = kind === 'withdrawal' ? payoutAmountOf(wish) : money(wish)
      const body = { coinSerial: coin.serial, ...amount, bankId, fullName: coin.name, iban: IBAN }
      return { ...common, by: coin, path: '/bank-withdrawals/with-bank', body }
    }
    case 'transfer': {
      const paymentTool = {
        type: 'COIN',
        srcValue: coin.serial,
        destValue: other(coin, world, random).serial,
      }
      return { ...common, by: coin, path: '/transfers', body: { paymentTool, ...money(wish) } }
    }
    case 'reversal':
      return about(known.reversible, random, (id) => ({
        ...common,
        by: accountant,
        path: `/transactions/${id}/reverse`,
        body: { reason: mark, ...(random.chance(0.5) && { amount: amountOf(random.integer(1_00, 50_00)) }) },
      }))
    case 'bank_line':
      return { by: accountant, path: '/bank-lines', body: lineBody(wish, coin, world) }
    case 'line_return':
      return about(known.lines, random, (id) => {
        const verb = random.weighted({ return: 5, assign: 4, release: 3 })
        return {
          ...common,
          by: verb === 'release' ? world.compliance : accountant,
          path: `/bank-lines/${id}/${verb}`,
          body: { reason: mark, ...(verb === 'assign' && { coinSerial: coin.serial }) },
        }
      })
  }
}

function isOfHolding(kind: Wish['kind']): kind is HoldingKind {
  return (HOLDING_KINDS as readonly string[]).includes(kind)
}

/** Something else, under a key that was used: it has to be refused, whatever became of the first. */
export function otherUnderItsKey({ mark, body, ...ask }: Ask): Ask | undefined {
  if (typeof ask.key !== 'string' || !body || !('description' in body)) return undefined
  const words = `${mark}-other`
  return { ...ask, mark: words, body: { ...body, description: words } }
}

/** The same original, all of it, at the same moment by another of the staff: together they would take back too much. */
export function rivalOf({ mark, key, ...ask }: Ask, { accountants }: World): Ask {
  const words = `${mark}-rival`
  const by = accountants.find(({ id }) => id !== ask.by.id) ?? ask.by
  return {
    ...ask,
    by,
    mark: words,
    key: typeof key === 'string' ? `${key}-rival` : null,
    body: { reason: words },
  }
}

function about(ids: readonly string[], random: Random, ask: (id: string) => Ask): Ask | undefined {
  const id = ids[random.integer(0, Math.max(0, ids.length - 1))]
  return id === undefined ? undefined : ask(id)
}

function coinOf({ isLimited, name, kind, crowd, random }: Wish, world: World): Coin {
  if (crowd !== null) return world.clients[crowd % world.clients.length] ?? world.clients[0]
  // Only of a top-up the name is the payer's; and who is named on a list is frozen.
  if (name === 'listed' && isTopUp(kind)) return world.suspect
  return random.pick(isLimited ? world.limited : world.clients)
}

function isTopUp(kind: Wish['kind']): boolean {
  return kind === 'direct_top_up' || kind === 'requested_top_up'
}

function other(coin: Coin, world: World, random: Random): Coin {
  const others = [...world.clients, ...world.limited].filter(({ serial }) => serial !== coin.serial)
  return random.pick(others as [Coin, ...Coin[]])
}

function topUpBody(wish: Wish, coin: Coin, { banks }: World): object {
  return { coinSerial: coin.serial, ...money(wish), fullName: payerOf(wish), bankId: banks.manual }
}

function payerOf({ name, n }: Wish): string {
  return { honest: `Payer ${n}`, nearly: `Nearly Payer ${n}`, listed: `Listed Payer ${n}` }[name]
}

/** The bank's reference is what makes it unique; half of them say whose the money is. */
function lineBody(wish: Wish, coin: Coin, { banks }: World): object {
  const { mark, random, amount } = wish
  const line = {
    reference: mark,
    amount: amountOf(amount),
    currency: CURRENCY,
    senderName: payerOf(wish),
    senderIban: IBAN,
    text: random.chance(0.5) ? `${mark} for ${coin.serial}` : `${mark} without a name`,
  }
  return { bankId: banks.integrated, lines: [line] }
}

function money({ amount, mark }: Wish): { amount: string; description: string } {
  return { amount: amountOf(amount), description: mark }
}

/** The bank meets the fault by this amount, also where it was killed meanwhile (docs/sandbox.md). */
const CONTRADICTED = 4004_11

function payoutAmountOf(wish: Wish): { amount: string; description: string } {
  const isContradicted = wish.fate.bankFault?.fault === 'callback_contradicts' && !wish.isLimited
  return money(isContradicted ? { ...wish, amount: CONTRADICTED } : wish)
}

function amountOf(minor: number): string {
  return (minor / 100).toFixed(2)
}
