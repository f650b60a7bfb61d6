import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ORDER_TYPES } from '#domain/platforms/holding-platform.ts'
import type { SettingField } from '#domain/platforms/holding-platform.ts'
import { describeHeldBook } from './holding-book-contract.ts'
import { describeHeldCalls } from './holding-calls-contract.ts'
import { orderOf, startThere } from './holding-harness.ts'
import type { HoldingHarness, There } from './holding-harness.ts'
import { describeHeldOrders } from './holding-orders-contract.ts'

/**
 * What the engine relies on, whichever platform keeps the balances. What a platform cannot do it says by its
 * capabilities, and then the suite holds it to that.
 */
export function describeHoldingContract(harness: HoldingHarness): void {
  const { label, place, unknownPlace } = harness
  const { capabilities } = label
  const offered = capabilities.orders
  const notOffered = ORDER_TYPES.filter((type) => !offered.includes(type))

  describe(`the holding platform ${label.label}`, () => {
    let there: There

    beforeEach(async () => {
      there = await startThere(harness)
    })
    afterEach(async () => {
      await there.stop()
      const { urls, credentials } = there.settings
      const secrets = [...Object.values(credentials), ...Object.values(urls).map((url) => new URL(url).host)]
      // Reasons are shown and stored; whatever a test did, none of them may hold what opens the platform.
      for (const secret of secrets) expect(JSON.stringify(there.said)).not.toContain(secret)
    })

    it('has what it says that it has', () => {
      expect(there.platform.capabilities).toEqual(capabilities)
      expect(there.platform.lookUp !== undefined).toBe(capabilities.lookUpByReference)
      expect(there.platform.readEvent !== undefined).toBe(capabilities.calls)
    })

    it('names the settings that it is opened with', () => {
      expect(namesOf(label.urls)).toEqual(expect.arrayContaining(Object.keys(there.settings.urls)))
      expect(namesOf(label.credentials)).toEqual(
        expect.arrayContaining(Object.keys(there.settings.credentials)),
      )
      for (const { name } of label.urls.filter(({ required }) => required))
        expect(there.settings.urls).toHaveProperty(name)
      for (const { name } of label.credentials.filter(({ required }) => required))
        expect(there.settings.credentials).toHaveProperty(name)
    })

    it('says that it can be reached, and moves nothing by that', async () => {
      await there.moves(place, ['5'])

      expect(await there.platform.test()).toEqual({ kind: 'ok' })
      expect(await there.balanceOf(place)).toBe('5')
    })

    it('says that it is not wanted with a wrong credential, and nothing is taken for a refusal of the order', async () => {
      expect(await there.stranger.test()).toEqual({ kind: 'refused', reason: expect.any(String) })
      expect((await there.stranger.balance(place)).kind).toBe('unknown')
      expect((await there.stranger.entries({ ...place, since: new Date(0), page: null })).kind).toBe(
        'unknown',
      )
      for (const type of offered) {
        const order = orderOf(harness, type)
        expect(['not_sent', 'unknown']).toContain((await there.stranger.place(order)).kind)
        if (there.stranger.lookUp) expect((await there.stranger.lookUp(order)).kind).toBe('unknown')
        expect(await there.bookings(order)).toEqual([])
      }
    })

    it.each(['down', 'nobody there'])('knows nothing, and throws nothing, while it is: %s', async (how) => {
      await there.moves(place, ['5'])
      if (how === 'down') await there.order('down', {})
      else await there.stop()

      for (const type of offered) {
        const order = orderOf(harness, type)
        expect(['not_sent', 'unknown']).toContain((await there.platform.place(order)).kind)
        if (there.platform.lookUp) expect((await there.platform.lookUp(order)).kind).toBe('unknown')
      }
      for (const asked of [place, unknownPlace]) {
        expect((await there.platform.balance(asked)).kind).toBe('unknown')
        expect((await there.platform.entries({ ...asked, since: new Date(0), page: null })).kind).toBe(
          'unknown',
        )
      }
      expect((await there.platform.test()).kind).toBe('unknown')
      if (how === 'down') {
        await there.calm()
        expect(await there.platform.balance(place)).toEqual({ kind: 'known', balance: expect.any(String) })
        expect(await there.balanceOf(place)).toBe('5')
      } else there = await startThere(harness)
    })

    if (notOffered.length > 0)
      it.each(notOffered)('refuses a %s, which it does not offer, without asking', async (type) => {
        await there.stop()
        const buy = { account: place.account, currency: 'OTHER' }

        expect(
          await there.platform.place({ ...orderOf(harness, type), ...(type === 'trade' && { buy }) }),
        ).toEqual({ kind: 'refused', reason: expect.any(String) })
        there = await startThere(harness)
      })

    describeHeldOrders(harness, () => there)
    describeHeldBook(harness, () => there)
    if (capabilities.calls) describeHeldCalls(() => there)
  })
}

function namesOf(fields: readonly SettingField[]): string[] {
  return fields.map(({ name }) => name).toSorted()
}
