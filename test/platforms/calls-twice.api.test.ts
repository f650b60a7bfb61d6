import { inProject } from '#db/connection.ts'
import type { HeldEvent } from '#domain/platforms/holding-platform.ts'
import type { PlatformEvent } from '#domain/platforms/platform.ts'
import { madeUpLabel, madeUpPlatform } from '#test/support/made-up-platform.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi(() => ({ holdingLabels: [listening], platforms: new Map([[bank.label, bank]]) }))
let platform: string
beforeAll(async () => {
  platform = (await api.ask('POST', '/platforms', madeUpPlatform())).text('id')
})

describe('a second call of one event', () => {
  it.each([
    ['type', { type: 'order.refused' }, 'then: order.refused of-type 12.50 USDT'],
    ['reference', { reference: 'another' }, 'then: order.confirmed another 12.50 USDT'],
    ['amount', { amount: '12.51' }, 'then: order.confirmed of-amount 12.51 USDT'],
    ['currency', { currency: 'BTC' }, 'then: order.confirmed of-currency 12.50 BTC'],
    ['nothing', { amount: undefined, currency: undefined }, 'then: order.confirmed of-nothing'],
  ])('with another %s is put before people, once', async (eventId, other, theirs) => {
    const first = said(eventId)
    for (const told of [first, { ...first, ...other }, first, { ...first, ...other }])
      expect(await call(platform, told)).toBe(202)
    const ours = `first: order.confirmed ${first.reference} 12.50 USDT`
    const row = { part: platform, subject: first.reference, ours, theirs, state: 'open' }
    expect(await contradictions(platform, first.reference)).toEqual([row])
    const { eventId: _, ...kept } = first
    expect(await stored(eventId)).toEqual([kept])
  })

  it('is put before people for each thing that it says otherwise, also when they come at once', async () => {
    const first = said('many')
    await call(platform, first)
    const others = ['13', '14', '13', '14'].map((amount) => call(platform, { ...first, amount }))
    expect(await Promise.all(others)).toEqual([202, 202, 202, 202])
    expect(await contradictions(platform, first.reference)).toHaveLength(2)
  })

  it('that says the same is nothing to look at', async () => {
    const first = said('same')
    for (const amount of ['12.50', '12.5', '12.500']) await call(platform, { ...first, amount })
    expect(await contradictions(platform, first.reference)).toEqual([])
  })

  it('of a bank is put before people, too', async () => {
    const first = { eventId: 'paid', type: 'payout.confirmed', reference: 'payout-1' }
    for (const type of ['payout.confirmed', 'payout.returned', 'payout.returned'])
      expect(await call(bank.label, { ...first, type })).toBe(202)
    const [ours, theirs] = ['first: payout.confirmed payout-1', 'then: payout.returned payout-1']
    expect(await contradictions(bank.label, 'payout-1')).toMatchObject([{ ours, theirs, state: 'open' }])
  })
})

/** Whoever calls is believed to be the platform. */
const listening: typeof madeUpLabel = {
  ...madeUpLabel,
  open: (settings, send) => ({
    ...madeUpLabel.open(settings, send),
    readEvent: (_, rawBody) => JSON.parse(rawBody) as HeldEvent,
  }),
}

async function nobodyKnows() {
  return { kind: 'unknown', reason: 'made_up' } as const
}

const bank = {
  label: 'bank',
  capabilities: { lookUpByReference: true, idempotentReference: true },
  payOut: nobodyKnows,
  lookUp: nobodyKnows,
  readEvent: (_: unknown, rawBody: string) => JSON.parse(rawBody) as PlatformEvent,
}

function said(eventId: string) {
  return {
    eventId,
    type: 'order.confirmed',
    reference: `of-${eventId}`,
    amount: '12.50',
    currency: 'USDT',
  }
}

type Shown = { part: string; subject: string; ours: string | null; theirs: string | null; state: string }

async function call(part: string, event: object) {
  return (await api.call('POST', `/platform-calls/${part}`, { body: event })).status
}

/** What people find about an event beside what they find of any call about what we do not know. */
function contradictions(part: string, reference: string): Promise<Shown[]> {
  return inProject(api.db, api.projectId, async (trx) =>
    trx('breaks')
      .where({ part, kind: 'odd_call', subject: reference })
      .whereNotNull('ours')
      .orderBy('theirs')
      .select('part', 'subject', 'ours', 'theirs', 'state'),
  )
}

function stored(eventId: string): Promise<object[]> {
  return inProject(api.db, api.projectId, async (trx) =>
    trx('inbox').where({ event_id: eventId }).select('type', 'reference', 'amount', 'currency'),
  )
}
