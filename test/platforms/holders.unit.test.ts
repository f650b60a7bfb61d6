import type { OutgoingRequest } from '#domain/platforms/holding-platform.ts'
import { createHolders } from '#integrations/platforms/holders.ts'
import { madeUpLabel } from '#test/support/made-up-platform.ts'

test('a platform that is moved to its right address is asked there at once', async () => {
  const { change, test: ask } = configured()
  expect(await ask()).toEqual({ kind: 'refused', reason: 'status_503' })
  expect(await ask()).toEqual({ kind: 'unknown', reason: 'platform_rests' })
  change({ urls: RIGHT })
  expect(await ask()).toEqual({ kind: 'ok' })
})

test('a platform that rests is left alone, whatever else is changed about it', async () => {
  const { it, change, test: ask } = configured()
  await ask()
  change({ credentials: { tradingSecretKey: 'another' } })
  expect(await ask()).toEqual({ kind: 'unknown', reason: 'platform_rests' })
  change({ urls: { ...WRONG } })
  expect(await ask()).toEqual({ kind: 'unknown', reason: 'platform_rests' })
  expect(it.sent).toBe(1)
})

const WRONG = { tradingUrl: 'https://wrong.example' }
const RIGHT = { tradingUrl: 'https://right.example' }
const DAY_S = '86400'

/** A platform as it is configured, and who answers at its addresses: at the wrong one somebody who wants to be left alone for a day. */
function configured() {
  const it = { version: 1, urls: WRONG, credentials: { tradingSecretKey: 'k' }, sent: 0 }
  const holders = createHolders({
    find: async () => ({
      label: madeUpLabel.label,
      version: it.version,
      urls: it.urls,
      settings: () => ({ urls: it.urls, credentials: it.credentials }),
    }),
    labels: [madeUpLabel],
    outgoing: async ({ url }: OutgoingRequest) => {
      it.sent += 1
      return url === RIGHT.tradingUrl
        ? { kind: 'answered', status: 200, headers: {}, text: '' }
        : { kind: 'answered', status: 503, headers: { 'retry-after': DAY_S }, text: '' }
    },
  })
  return {
    it,
    change: (more: Partial<typeof it>) => Object.assign(it, { version: it.version + 1 }, more),
    test: async () => (await holders.open('prj_1', 'plt_1')).test(),
  }
}
