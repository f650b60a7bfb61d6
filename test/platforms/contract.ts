import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { ListedPayout, Payout, PayoutPage, Platform, PlatformEvent } from '#domain/platforms/platform.ts'
import { times } from '#test/support/some-at-a-time.ts'
import { waitUntil } from './wait-until.ts'

/** What can be made to go wrong at the other side; a harness says it in the words of its platform. */
type ContractFault =
  | 'refuse'
  | 'timeout_before_commit'
  | 'timeout_after_commit'
  | 'commit_late'
  | 'answer_late'
  | 'refuse_late'
  | 'return_after'
  | 'reset_connection'
  | 'garbage_answer'
  | 'server_error'
  | 'lookup_down'
  | 'book_down'

type SignedCall = { readonly headers: Record<string, string>; readonly rawBody: string }

type RunningPlatform = {
  readonly platform: Platform
  /** The same, for sends that are never answered. */
  readonly impatient: Platform
  order(fault: ContractFault, about: { reference?: string; delayMs?: number }): Promise<void>
  /** What the platform would do after a delay it does now. */
  hurry(reference: string): Promise<void>
  /** What stands in the platform's own book under our reference. */
  bookings(reference: string): Promise<readonly { amount: string; currency: string; creditorName: string }[]>
  /** A call as the platform makes it, signed by it at that moment. */
  call(event: PlatformEvent, signedAt: Date): SignedCall
  stop(): Promise<void>
}

export type Harness = { readonly label: string; readonly start: () => Promise<RunningPlatform> }

const EVENT: PlatformEvent = { eventId: 'event-1', reference: 'withdrawal/1', type: 'payout.confirmed' }
const MINUTE_MS = 60_000
/** Never comes by itself while a test runs. */
const LATER = { delayMs: 60 * MINUTE_MS }

function payoutOf(reference: string, amount = '12.50'): Payout {
  const creditor = { fullName: 'Ana Lovelace', iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' }
  return { reference, amount, currency: 'EUR', creditor }
}

/** What the engine relies on, whichever platform it talks to. */
export function describeContract({ label, start }: Harness): void {
  describe(`the platform ${label}`, () => {
    let there: RunningPlatform

    beforeEach(async () => {
      there = await start()
    })
    afterEach(() => there.stop())

    it('goes by its label', () => {
      expect(there.platform.label).toBe(label)
    })

    it('confirms a payout, enters it with what was asked, and finds it again', async () => {
      const outcome = await there.platform.payOut(payoutOf('withdrawal/1'))

      expect(outcome).toEqual({
        kind: 'confirmed',
        platformReference: expect.any(String),
        at: expect.any(String),
      })
      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual(outcome)
      expect(await there.bookings('withdrawal/1')).toEqual([
        { amount: '12.50', currency: 'EUR', creditorName: 'Ana Lovelace' },
      ])
    })

    it('books a reference once when it is sent twice, and gives the first answer again', async () => {
      const first = await there.platform.payOut(payoutOf('withdrawal/1'))
      const second = await there.platform.payOut(payoutOf('withdrawal/1'))

      expect(first.kind).toBe('confirmed')
      expect(second).toEqual(first)
      expect(await there.bookings('withdrawal/1')).toHaveLength(1)
    })

    it('books a reference once when it is sent many times at once', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, () => there.platform.payOut(payoutOf('withdrawal/1'))),
      )

      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
      expect(outcomes[0]?.kind).toBe('confirmed')
      expect(await there.bookings('withdrawal/1')).toHaveLength(1)
    })

    it('leaves the outcome unknown when the reference belongs to another payout', async () => {
      await there.platform.payOut(payoutOf('withdrawal/1'))

      expect(await there.platform.payOut(payoutOf('withdrawal/1', '12.51'))).toEqual({
        kind: 'unknown',
        reason: 'reference taken by another payout',
      })
      expect(await there.bookings('withdrawal/1')).toMatchObject([{ amount: '12.50' }])
    })

    it('passes an amount of thirty digits on unchanged', async () => {
      const amount = '1234567890123456789012345678.91'
      const outcome = await there.platform.payOut(payoutOf('withdrawal/1', amount))

      expect(outcome.kind).toBe('confirmed')
      expect(await there.bookings('withdrawal/1')).toMatchObject([{ amount }])
    })

    it('hands a refusal on with its reason, books nothing, and stays with it', async () => {
      await there.order('refuse', { reference: 'withdrawal/1' })
      const refused = { kind: 'refused', reason: expect.any(String) }

      expect(await there.platform.payOut(payoutOf('withdrawal/1'))).toEqual(refused)
      expect(await there.platform.payOut(payoutOf('withdrawal/1'))).toEqual(refused)
      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual(refused)
      expect(await there.bookings('withdrawal/1')).toEqual([])
    })

    it('says absent of a reference that it never took', async () => {
      expect(await there.platform.lookUp(payoutOf('withdrawal/never-sent'))).toEqual({ kind: 'absent' })
    })

    it.each(['timeout_before_commit', 'server_error'] as const)(
      'is unknown after %s, absent when looked up, and can be sent again',
      async (fault) => {
        await there.order(fault, { reference: 'withdrawal/1' })

        expect((await there.impatient.payOut(payoutOf('withdrawal/1'))).kind).toBe('unknown')
        expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual({ kind: 'absent' })
        expect((await there.platform.payOut(payoutOf('withdrawal/1'))).kind).toBe('confirmed')
        expect(await there.bookings('withdrawal/1')).toHaveLength(1)
      },
    )

    it.each(['timeout_after_commit', 'reset_connection', 'garbage_answer'] as const)(
      'is unknown after %s, and found confirmed when looked up',
      async (fault) => {
        await there.order(fault, { reference: 'withdrawal/1' })

        expect((await there.impatient.payOut(payoutOf('withdrawal/1'))).kind).toBe('unknown')
        const found = await there.platform.lookUp(payoutOf('withdrawal/1'))
        expect(found.kind).toBe('confirmed')
        expect(await there.platform.payOut(payoutOf('withdrawal/1'))).toEqual(found)
        expect(await there.bookings('withdrawal/1')).toHaveLength(1)
      },
    )

    it('finds a payout confirmed whose request landed after the first look-up', async () => {
      await there.order('commit_late', { reference: 'withdrawal/1', ...LATER })

      expect((await there.impatient.payOut(payoutOf('withdrawal/1'))).kind).toBe('unknown')
      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual({ kind: 'absent' })
      await there.hurry('withdrawal/1')
      expect((await there.platform.lookUp(payoutOf('withdrawal/1'))).kind).toBe('confirmed')
      expect(await there.bookings('withdrawal/1')).toHaveLength(1)
    })

    it.each([{ amount: '99.00' }, { currency: 'USD' }])(
      'does not take for its own a payout of other facts: %p',
      async (other) => {
        await there.platform.payOut(payoutOf('withdrawal/1'))

        expect((await there.platform.lookUp({ ...payoutOf('withdrawal/1'), ...other })).kind).toBe('unknown')
      },
    )

    it('books once when a request lands after the resend that replaced it', async () => {
      await there.order('commit_late', { reference: 'withdrawal/1', delayMs: 2_500 })
      await there.impatient.payOut(payoutOf('withdrawal/1'))
      const resent = await there.platform.payOut(payoutOf('withdrawal/1'))
      await there.order('commit_late', { reference: 'withdrawal/2', delayMs: 2_500 })
      await there.impatient.payOut(payoutOf('withdrawal/2'))

      // The second one was due later, so once it has landed the first one has come and gone.
      await waitUntil('the second one lands', async () => {
        const { kind } = await there.platform.lookUp(payoutOf('withdrawal/2'))
        return kind === 'confirmed' || undefined
      })
      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual(resent)
      expect(await there.bookings('withdrawal/1')).toHaveLength(1)
    })

    it.each([
      ['answer_late', 'confirmed'],
      ['refuse_late', 'refused'],
    ] as const)('is pending after %s, then %s', async (fault, kind) => {
      await there.order(fault, { reference: 'withdrawal/1', ...LATER })

      expect(await there.platform.payOut(payoutOf('withdrawal/1'))).toEqual({ kind: 'pending' })
      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual({ kind: 'pending' })
      await there.hurry('withdrawal/1')
      const found = await there.platform.lookUp(payoutOf('withdrawal/1'))
      expect(found.kind).toBe(kind)
      expect(await there.platform.payOut(payoutOf('withdrawal/1'))).toEqual(found)
    })

    it('finds a payout returned, with what came back', async () => {
      await there.order('return_after', { reference: 'withdrawal/1', ...LATER })
      const paid = await there.platform.payOut(payoutOf('withdrawal/1'))
      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual(paid)
      await there.hurry('withdrawal/1')

      expect(await there.platform.lookUp(payoutOf('withdrawal/1'))).toEqual({
        ...paid,
        kind: 'returned',
        returned: {
          returnReference: expect.any(String),
          amount: '12.50',
          currency: 'EUR',
          reason: expect.any(String),
          at: expect.any(String),
        },
      })
      expect(await there.platform.payOut(payoutOf('withdrawal/1'))).toEqual(paid)
    })

    it('knows nothing while the look-up is down, neither of a payout nor of its absence', async () => {
      await there.platform.payOut(payoutOf('withdrawal/1'))
      await there.order('lookup_down', { reference: 'withdrawal/1' })
      await there.order('lookup_down', { reference: 'withdrawal/2' })

      expect((await there.platform.lookUp(payoutOf('withdrawal/1'))).kind).toBe('unknown')
      expect((await there.platform.lookUp(payoutOf('withdrawal/2'))).kind).toBe('unknown')
      expect((await there.platform.lookUp(payoutOf('withdrawal/1'))).kind).toBe('confirmed')
    })

    it('shows its own book: every payout of the period once, as it stands, page by page', async () => {
      const before = new Date()
      const paid = await times(120, (index) => there.platform.payOut(payoutOf(`withdrawal/many-${index}`)))
      await there.order('refuse', { reference: 'withdrawal/refused' })
      await there.platform.payOut(payoutOf('withdrawal/refused'))
      await there.order('answer_late', { reference: 'withdrawal/pending', ...LATER })
      await there.platform.payOut(payoutOf('withdrawal/pending'))
      await there.order('return_after', { reference: 'withdrawal/returned', ...LATER })
      await there.platform.payOut(payoutOf('withdrawal/returned', '7.25'))
      await there.hurry('withdrawal/returned')

      const { payouts, pages } = await wholeBook(there.platform, before)
      const byReference = new Map(payouts.map((payout) => [payout.reference, payout]))
      expect(pages).toBeGreaterThan(1)
      expect(byReference.size).toBe(payouts.length)
      expect(payouts).toHaveLength(123)
      for (const [index, outcome] of paid.entries())
        expect(byReference.get(`withdrawal/many-${index}`)).toMatchObject({
          amount: '12.50',
          currency: 'EUR',
          state: 'confirmed',
          platformReference: outcome.kind === 'confirmed' ? outcome.platformReference : '',
          returnedAmount: null,
        })
      expect(byReference.get('withdrawal/refused')).toMatchObject({
        state: 'refused',
        platformReference: null,
      })
      expect(byReference.get('withdrawal/pending')).toMatchObject({
        state: 'pending',
        platformReference: null,
      })
      expect(byReference.get('withdrawal/returned')).toMatchObject({
        state: 'returned',
        returnedAmount: '7.25',
        platformReference: expect.any(String),
      })
    })

    it('shows of its book what it took in the period, and not what changed in it', async () => {
      await there.order('answer_late', { reference: 'withdrawal/1', ...LATER })
      await there.platform.payOut(payoutOf('withdrawal/1'))
      const [taken] = (await wholeBook(there.platform, new Date(0))).payouts
      await there.hurry('withdrawal/1')
      const [changed] = (await wholeBook(there.platform, new Date(0))).payouts
      const after = new Date(Date.parse(taken?.takenAt ?? '') + 1)

      expect(changed).toMatchObject({ takenAt: taken?.takenAt, state: 'confirmed' })
      expect(Date.parse(changed?.changedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(taken?.changedAt ?? ''))
      expect((await wholeBook(there.platform, after)).payouts).toEqual([])
      expect((await wholeBook(there.platform, new Date(0), after)).payouts).toHaveLength(1)
    })

    it('does not know its book while that is down, and never shows a part of it for the whole', async () => {
      await there.platform.payOut(payoutOf('withdrawal/1'))
      await there.order('book_down', {})
      const asked = { from: new Date(0), to: new Date(Date.now() + MINUTE_MS), page: null }

      expect((await there.platform.listPayouts?.(asked))?.kind).toBe('unknown')
      expect((await there.platform.listPayouts?.(asked))?.kind).toBe('listed')
      await there.stop()
      expect((await there.platform.listPayouts?.(asked))?.kind).toBe('unknown')
      there = await start()
    })

    it('is unknown, and nothing is thrown, when nobody is there', async () => {
      await there.stop()

      expect((await there.platform.payOut(payoutOf('withdrawal/1'))).kind).toBe('unknown')
      expect((await there.platform.lookUp(payoutOf('withdrawal/1'))).kind).toBe('unknown')
      there = await start()
    })

    it('reads a call that it signed', () => {
      const { headers, rawBody } = there.call(EVENT, new Date())

      expect(there.platform.readEvent(headers, rawBody)).toEqual(EVENT)
    })

    it.each([
      ['unsigned', (call: SignedCall) => ({ ...call, headers: {} })],
      ['with another body', (call: SignedCall) => ({ ...call, rawBody: call.rawBody.replace('/1', '/2') })],
      [
        'with another signature',
        (call: SignedCall) => ({ ...call, headers: rewrite(call.headers, flipLast) }),
      ],
      [
        'with a signature cut short',
        (call: SignedCall) => ({ ...call, headers: rewrite(call.headers, cutLast) }),
      ],
    ])('does not read a call %s', (_how, change) => {
      const { headers, rawBody } = change(there.call(EVENT, new Date()))

      expect(there.platform.readEvent(headers, rawBody)).toBeUndefined()
    })

    it.each([-6, 6])('does not read a call signed %d minutes from now', (minutes) => {
      const { headers, rawBody } = there.call(EVENT, new Date(Date.now() + minutes * MINUTE_MS))

      expect(there.platform.readEvent(headers, rawBody)).toBeUndefined()
    })
  })
}

async function wholeBook(platform: Platform, from: Date, to = new Date(Date.now() + MINUTE_MS)) {
  const payouts: ListedPayout[] = []
  for (let page: string | null = null, pages = 1; ; pages += 1) {
    const answer: PayoutPage | undefined = await platform.listPayouts?.({ from, to, page })
    if (answer?.kind !== 'listed') throw new Error(`no page of the book: ${answer?.kind}`)
    payouts.push(...answer.payouts)
    if (answer.next === null) return { payouts, pages }
    page = answer.next
  }
}

function rewrite(headers: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]))
}

function flipLast(value: string): string {
  return cutLast(value) + (value.endsWith('0') ? '1' : '0')
}

function cutLast(value: string): string {
  return value.slice(0, -1)
}
