import type {
  HeldEntry,
  HoldingPlatform,
  Order,
  OrderLookup,
  OrderOutcome,
  Place,
} from '#domain/platforms/holding-platform.ts'

type Booked = HeldEntry & Place

/**
 * A platform that keeps balances, by hand: a book of its own, and it does with an order what it is told to do. It may keep our
 * references, and then answers for them, or not.
 */
export function fakeHolder({ keepsReferences = true }: { keepsReferences?: boolean } = {}) {
  const book: Booked[] = []
  const sent: Order[] = []
  let isAway = false
  /** What becomes of the next orders, and what is heard of it; by default they are done and confirmed. */
  const plans: ((order: Order) => OrderOutcome)[] = []

  function enter(place: Place, amount: string, more: Partial<HeldEntry> = {}): HeldEntry {
    const entry = {
      entryId: `entry-${book.length + 1}`,
      reference: null,
      amount,
      at: new Date().toISOString(),
      what: 'own',
      ...more,
      account: place.account,
      currency: place.currency,
    }
    book.push(entry)
    return entry
  }

  /** Books an order as it was asked; a trade gets one of what is bought for two that are sold. */
  function carryOut(order: Order): OrderOutcome {
    const reference = keepsReferences ? order.reference : null
    const sign = order.type === 'deposit' ? '' : '-'
    const { entryId, at } = enter(order, `${sign}${order.amount}`, { reference, what: order.type })
    const confirmed = { kind: 'confirmed', platformReference: entryId, at } as const
    if (!order.buy) return confirmed
    const bought = String(Number(order.amount) / 2)
    enter(order.buy, bought, { reference, what: order.type })
    return { ...confirmed, sold: order.amount, bought }
  }

  function lookUp(order: Order): OrderLookup {
    const found = book.find(
      ({ reference, currency }) => reference === order.reference && currency === order.currency,
    )
    if (!found) return { kind: 'absent' }
    const other = book.find(
      ({ reference, amount }) => reference === order.reference && !amount.startsWith('-'),
    )
    return {
      kind: 'confirmed',
      platformReference: found.entryId,
      at: found.at,
      ...(order.buy && other ? { sold: order.amount, bought: other.amount } : {}),
    }
  }

  const at = (place: Place) =>
    book.filter(({ account, currency }) => account === place.account && currency === place.currency)

  const holder: HoldingPlatform = {
    capabilities: {
      lookUpByReference: keepsReferences,
      idempotentReference: keepsReferences,
      orders: ['deposit', 'withdrawal', 'trade'],
      calls: false,
    },
    place: (order) => {
      sent.push(order)
      return Promise.resolve((plans.shift() ?? carryOut)(order))
    },
    ...(keepsReferences
      ? {
          lookUp: (order: Order): Promise<OrderLookup> =>
            Promise.resolve(isAway ? { kind: 'unknown', reason: 'away' } : lookUp(order)),
        }
      : {}),
    balance: (place) => {
      if (isAway) return Promise.resolve({ kind: 'unknown', reason: 'away' })
      const cents = at(place).reduce((sum, { amount }) => sum + Math.round(Number(amount) * 100), 0)
      return Promise.resolve({ kind: 'known', balance: (cents / 100).toFixed(2) })
    },
    entries: ({ since, ...place }) =>
      Promise.resolve(
        isAway
          ? { kind: 'unknown', reason: 'away' }
          : {
              kind: 'listed',
              entries: at(place).filter((entry) => Date.parse(entry.at) >= since.getTime()),
              next: null,
            },
      ),
    test: () => Promise.resolve({ kind: 'ok' }),
  }

  return {
    holder,
    sent,
    carryOut,
    enter,
    next: (plan: (order: Order) => OrderOutcome) => plans.push(plan),
    /** It answers nothing that it is asked. */
    goAway: () => {
      isAway = true
    },
    comeBack: () => {
      isAway = false
    },
  }
}
