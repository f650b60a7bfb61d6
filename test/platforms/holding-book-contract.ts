import { describe, expect, it } from '@jest/globals'
import type { EntryPage, HeldEntry, HoldingPlatform, Place } from '#domain/platforms/holding-platform.ts'
import { negated, sumOf } from './decimals.ts'
import { orderOf } from './holding-harness.ts'
import type { HoldingHarness, There } from './holding-harness.ts'
import { confirmedThere } from './holding-orders-contract.ts'

const HOUR_MS = 3_600_000

/** The platform's own book, as a sync reads it: all of it, once, exactly. */
export function describeHeldBook(harness: HoldingHarness, running: () => There): void {
  const { label, place, unknownPlace, moreThanAPage, amounts } = harness
  const { orders, lookUpByReference } = label.capabilities

  describe('its book', () => {
    it('knows no balance of an account that it has never had, nor calls it empty', async () => {
      expect(await running().platform.balance(unknownPlace)).toEqual({ kind: 'no_such_account' })
    })

    it.each(amounts)('tells a balance to the last decimal: %s', async (amount) => {
      await running().moves(place, [amount])

      expect(plain(await running().platform.balance(place))).toBe(sumOf([amount]))
    })

    it('lists what the platform did by itself, signed, oldest first, each under an id of its own that stays', async () => {
      const moved = ['100', '-7', '3', '-96']
      await running().moves(place, moved)
      const { entries } = await wholeOf(running().platform, place)

      expect(entries.map(({ amount }) => sumOf([amount]))).toEqual(moved)
      expect(entries.map(({ reference }) => reference)).toEqual([null, null, null, null])
      expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(4)
      for (const { at, what } of entries) {
        expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(HOUR_MS)
        expect(what).not.toBe('')
      }
      await running().moves(place, ['1'])
      const later = (await wholeOf(running().platform, place)).entries
      expect(later.slice(0, 4)).toEqual(entries)
      expect(later).toHaveLength(5)
      expect(plain(await running().platform.balance(place))).toBe('1')
    })

    it.each(orders)('lists what a %s moved, and the entries of all add up to the balance', async (type) => {
      await running().moves(place, ['1000', amounts[0]])
      const order = orderOf(harness, type)
      const outcome = await confirmedThere(running(), order)
      const { entries } = await wholeOf(running().platform, place)
      const ours = entries.slice(2)

      const sold = outcome.sold ?? order.amount
      expect(sumOf(ours.map(({ amount }) => amount))).toBe(
        type === 'deposit' ? sumOf([order.amount]) : negated(sold),
      )
      for (const { reference } of ours) expect([order.reference, null]).toContain(reference)
      expect(sumOf(entries.map(({ amount }) => amount))).toBe(await running().balanceOf(place))
      expect(plain(await running().platform.balance(place))).toBe(await running().balanceOf(place))
    })

    it('lists of [since, now] what moved in it, and nothing of before', async () => {
      await running().moves(place, ['1', '2', '3'])
      const { entries } = await wholeOf(running().platform, place)
      const last = Date.parse(entries.at(-1)?.at ?? '')
      const from = async (since: Date) => (await wholeOf(running().platform, place, since)).entries

      expect(await from(new Date(last))).toEqual(entries.filter(({ at }) => Date.parse(at) >= last))
      expect(await from(new Date(last + 1))).toEqual([])
    })

    it('lists nothing of another currency or account', async () => {
      await running().moves(place, ['5'])
      const other = { account: unknownPlace.account, currency: place.currency }
      const listed = await running().platform.entries({ ...other, since: hourAgo(), page: null })

      expect(listed.kind === 'listed' ? listed.entries : []).toEqual([])
    })

    if (moreThanAPage !== undefined)
      it('lists more than a page holds: each entry once, in order, also when more come in meanwhile', async () => {
        const moved = Array.from({ length: moreThanAPage }, (_, index) => String(index + 1))
        await running().moves(place, moved)
        const asked = { ...place, since: hourAgo() }
        const first = await running().platform.entries({ ...asked, page: null })
        await running().moves(place, ['-1'])
        if (first.kind !== 'listed' || first.next === null) throw new Error('that was not one page of many')
        const rest = await wholeOf(running().platform, place, asked.since, first.next)

        const entries = [...first.entries, ...rest.entries]
        expect(entries.map(({ amount }) => sumOf([amount]))).toEqual([...moved, '-1'])
        expect(new Set(entries.map(({ entryId }) => entryId)).size).toBe(entries.length)
        expect(sumOf(entries.map(({ amount }) => amount))).toBe(await running().balanceOf(place))
      })

    it.each(['balance_down', 'rate_limited'] as const)('knows no balance while it is: %s', async (fault) => {
      await running().moves(place, ['5'])
      await running().order(fault, {})

      expect((await running().platform.balance(place)).kind).toBe('unknown')
      await running().calm()
      expect(plain(await running().platform.balance(place))).toBe('5')
    })

    it.each(['book_down', 'rate_limited'] as const)(
      'never shows a part of its entries for the whole while it is: %s',
      async (fault) => {
        await running().moves(place, ['5'])
        await running().order(fault, {})
        const asked = { ...place, since: hourAgo(), page: null }

        expect((await running().platform.entries(asked)).kind).toBe('unknown')
        await running().calm()
        expect((await running().platform.entries(asked)).kind).toBe('listed')
      },
    )

    if (lookUpByReference)
      it.each(['lookup_down', 'rate_limited'] as const)(
        'knows nothing of an order, nor of its absence, while it is: %s',
        async (fault) => {
          const type = orders[0] ?? 'withdrawal'
          await running().moves(place, ['1000', amounts[0]])
          const order = orderOf(harness, type)
          await confirmedThere(running(), order)
          for (const reference of [order.reference, 'op_2']) {
            await running().order(fault, { reference })
            const asked = { ...order, reference }
            expect((await running().platform.lookUp?.(asked))?.kind).toBe('unknown')
            await running().calm()
          }
          expect((await running().platform.lookUp?.(order))?.kind).toBe('confirmed')
        },
      )
  })
}

function hourAgo(): Date {
  return new Date(Date.now() - HOUR_MS)
}

function plain(answer: Awaited<ReturnType<HoldingPlatform['balance']>>): string {
  return answer.kind === 'known' ? sumOf([answer.balance]) : answer.kind
}

/** Page after page. @throws where one cannot be had. */
async function wholeOf(
  platform: HoldingPlatform,
  place: Place,
  ...[since = hourAgo(), from = null]: [since?: Date, from?: string | null]
): Promise<{ entries: HeldEntry[]; pages: number }> {
  const entries: HeldEntry[] = []
  for (let page: string | null = from, pages = 1; ; pages += 1) {
    const answer: EntryPage = await platform.entries({ ...place, since, page })
    if (answer.kind !== 'listed') throw new Error(`no page of the book: ${answer.reason}`)
    entries.push(...answer.entries)
    if (answer.next === null) return { entries, pages }
    page = answer.next
  }
}
