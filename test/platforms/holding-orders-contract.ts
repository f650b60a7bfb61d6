import { describe, expect, it } from '@jest/globals'
import type { Order, OrderOutcome, OrderType } from '#domain/platforms/holding-platform.ts'
import { negated, sumOf } from './decimals.ts'
import { lookUpAt, orderOf } from './holding-harness.ts'
import type { HoldingHarness, There } from './holding-harness.ts'

type Confirmed = Extract<OrderOutcome, { kind: 'confirmed' }>
/** Never comes by itself while a test runs. */
const LATER = { delayMs: 3_600_000 }
const CONFIRMED = { kind: 'confirmed', platformReference: expect.any(String), at: expect.any(String) }
const REFUSED = { kind: 'refused', reason: expect.any(String) }

/** An order, and what may become of it on the way. */
export function describeHeldOrders(harness: HoldingHarness, running: () => There): void {
  const { label, place, buy, amounts, late } = harness
  const { orders, lookUpByReference, idempotentReference } = label.capabilities

  async function funded(type: OrderType, order = orderOf(harness, type)): Promise<Order> {
    await running().moves(place, ['1000', order.amount])
    return order
  }

  /** What stands in the platform's own book, as it should for an order that was booked so often. */
  async function expectBooked(order: Order, times: number): Promise<void> {
    const once = order.type === 'deposit' ? sumOf([order.amount]) : negated(order.amount)
    const booked = (await running().bookings(order)).map((amount) => sumOf([amount]))
    expect(booked).toEqual(Array.from({ length: times }, () => once))
  }

  describe.each(orders)('a %s', (type) => {
    it.each(amounts)('of %s is confirmed and moves the balance by exactly that', async (amount) => {
      const order = await funded(type, orderOf(harness, type, { amount }))
      const before = await running().balanceOf(place)
      const outcome = await confirmedThere(running(), order)

      const { sold: _, bought: __, ...rest } = outcome
      expect(rest).toEqual(CONFIRMED)
      expect(Number.isNaN(Date.parse(outcome.at))).toBe(false)
      await expectBooked(order, 1)
      const moved = type === 'deposit' ? amount : negated(outcome.sold ?? amount)
      expect(await running().balanceOf(place)).toBe(sumOf([before, moved]))
    })

    if (type === 'trade' && buy)
      it('says what was bought, which is there to the last decimal', async () => {
        const order = await funded(type)
        const { bought = '' } = await confirmedThere(running(), order)

        expect(await running().balanceOf(buy)).toBe(sumOf([bought]))
        expect(sumOf([bought])).not.toMatch(/^-|^0$/)
      })

    it('is refused with its reason, books nothing, and stays refused', async () => {
      const order = await funded(type)
      await running().order('refuse', { reference: order.reference })

      expect(await running().platform.place(order)).toEqual(REFUSED)
      if (lookUpByReference) {
        const found = await lookUpAt(running().platform, order)
        expect(['refused', 'absent']).toContain(found.kind)
      }
      await expectBooked(order, 0)
    })

    it('that is turned away for want of time was not sent, and says when it may be', async () => {
      const order = await funded(type)
      await running().order('rate_limited', { delayMs: 7_000 })

      expect(await running().platform.place(order)).toEqual({
        kind: 'not_sent',
        reason: expect.any(String),
        retryAfterMs: 7_000,
      })
      await expectBooked(order, 0)
      await running().calm()
      await confirmedThere(running(), order)
      await expectBooked(order, 1)
    })

    it.each(['timeout_before_commit', 'server_error'] as const)(
      'is unknown after %s, with nothing in the book',
      async (fault) => {
        const order = await funded(type)
        await running().order(fault, { reference: order.reference })

        expect((await running().impatient.place(order)).kind).toBe('unknown')
        await expectBooked(order, 0)
        if (!lookUpByReference) return
        expect(await lookUpAt(running().platform, order)).toEqual({ kind: 'absent' })
        await confirmedThere(running(), order)
        await expectBooked(order, 1)
      },
    )

    it.each(['timeout_after_commit', 'reset_connection', 'garbage_answer'] as const)(
      'is unknown after %s, and stands in the book once',
      async (fault) => {
        const order = await funded(type)
        await running().order(fault, { reference: order.reference })

        expect((await running().impatient.place(order)).kind).toBe('unknown')
        await running().hurry(order.reference)
        await expectBooked(order, 1)
        if (lookUpByReference) expect(await lookUpAt(running().platform, order)).toMatchObject(CONFIRMED)
        if (idempotentReference) await running().platform.place(order)
        await expectBooked(order, 1)
      },
    )

    if (lookUpByReference) describeFound(type)
    if (idempotentReference) describeSentTwice(type)
    if (late.length > 0) describeLate(type)
  })

  function describeFound(type: OrderType): void {
    it('is found as it was confirmed', async () => {
      const order = await funded(type)
      const outcome = await confirmedThere(running(), order)

      expect(await lookUpAt(running().platform, order)).toEqual(outcome)
    })

    it('is absent where it never came', async () => {
      const order = await funded(type)

      expect(await lookUpAt(running().platform, order)).toEqual({ kind: 'absent' })
    })

    it('is not taken for another amount of the same reference', async () => {
      const order = await funded(type)
      await confirmedThere(running(), order)
      const other = { ...order, amount: sumOf([order.amount, '1']) }

      expect((await lookUpAt(running().platform, other)).kind).toBe('unknown')
    })
  }

  function describeSentTwice(type: OrderType): void {
    it('is booked once when it is sent twice, and gets the first answer again', async () => {
      const order = await funded(type)
      const first = await confirmedThere(running(), order)

      expect(await confirmedThere(running(), order)).toEqual(first)
      await expectBooked(order, 1)
    })

    it('is booked once when it is sent many times at once', async () => {
      const order = await funded(type)
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => running().platform.place(order)))
      await running().hurry(order.reference)

      expect(outcomes.map(({ kind }) => kind)).not.toContain('refused')
      await expectBooked(order, 1)
    })

    it('is neither confirmed nor refused where its reference belongs to another order', async () => {
      const order = await funded(type)
      await confirmedThere(running(), order)
      const other = { ...order, amount: sumOf([order.amount, '1']) }

      expect((await running().platform.place(other)).kind).toBe('unknown')
      await expectBooked(order, 1)
    })

    it('stays refused when it is sent again', async () => {
      const order = await funded(type)
      await running().order('refuse', { reference: order.reference })
      const refused = await running().platform.place(order)

      expect(await running().platform.place(order)).toEqual(refused)
      await expectBooked(order, 0)
    })
  }

  function describeLate(type: OrderType): void {
    if (late.includes('commit_late'))
      it('whose request lands after the look-up is absent, and then there', async () => {
        const order = await funded(type)
        await running().order('commit_late', { reference: order.reference, ...LATER })

        expect((await running().impatient.place(order)).kind).toBe('unknown')
        if (lookUpByReference) expect(await lookUpAt(running().platform, order)).toEqual({ kind: 'absent' })
        await expectBooked(order, 0)
        await running().hurry(order.reference)
        if (lookUpByReference) expect(await lookUpAt(running().platform, order)).toMatchObject(CONFIRMED)
        await expectBooked(order, 1)
      })

    if (late.includes('commit_late') && idempotentReference)
      it('is booked once when its request lands after the resend that replaced it', async () => {
        const order = await funded(type)
        await running().order('commit_late', { reference: order.reference, ...LATER })
        await running().impatient.place(order)
        const resent = await confirmedThere(running(), order)
        await running().hurry(order.reference)

        expect(await lookUpAt(running().platform, order)).toEqual(resent)
        await expectBooked(order, 1)
      })

    for (const fault of ['answer_late', 'refuse_late'] as const)
      if (late.includes(fault))
        it(`is pending after ${fault}, and then what became of it`, async () => {
          const order = await funded(type)
          await running().order(fault, { reference: order.reference, ...LATER })

          expect(await running().platform.place(order)).toEqual({ kind: 'pending' })
          if (lookUpByReference)
            expect(await lookUpAt(running().platform, order)).toEqual({ kind: 'pending' })
          await running().hurry(order.reference)
          const became = fault === 'answer_late' ? CONFIRMED : REFUSED
          if (lookUpByReference) expect(await lookUpAt(running().platform, order)).toMatchObject(became)
          await expectBooked(order, fault === 'answer_late' ? 1 : 0)
        })
  }
}

/** Sends it, and where the platform takes its time hurries it. @throws where nothing comes of it. */
export async function confirmedThere(there: There, order: Order): Promise<Confirmed> {
  const outcome = await there.platform.place(order)
  if (outcome.kind === 'confirmed') return outcome
  if (outcome.kind === 'pending') {
    await there.hurry(order.reference)
    const found = await lookUpAt(there.platform, order)
    if (found.kind === 'confirmed') return found
  }
  throw new Error(`the order was not confirmed: ${JSON.stringify(outcome)}`)
}
