import fc from 'fast-check'
import {
  chargeArrived,
  chargeFor,
  COMMISSION_TYPES,
  DIRECTIONS,
  intersects,
  parsePercent,
  type CommissionRule,
  type Condition,
  type Direction,
} from '#domain/contracts/commission.ts'

describe('a commission', () => {
  it.each([
    ['zero', 10_000n, 0n],
    ['percent', 10_000n, 200n],
    ['fixed', 10_000n, 300n],
    ['greater_of_fixed_or_percent', 10_000n, 300n],
    ['greater_of_fixed_or_percent', 15_000n, 300n],
    ['greater_of_fixed_or_percent', 20_000n, 400n],
    ['lesser_of_fixed_or_percent', 10_000n, 200n],
    ['lesser_of_fixed_or_percent', 15_000n, 300n],
    ['lesser_of_fixed_or_percent', 20_000n, 300n],
    ['fixed_and_percent', 10_000n, 500n],
  ] as const)('of type %s on %s is %s', (type, amount, commission) => {
    expect(commissionOn(amount, { type, fixed: 300n, percent: '2' })).toBe(commission)
  })

  it.each([
    { what: 'exactly a half goes up', amount: 150n, percent: '1', commission: 2n },
    { what: 'less than a half goes down', amount: 149n, percent: '1', commission: 1n },
    { what: 'more than a half goes up', amount: 151n, percent: '1', commission: 2n },
    { what: 'a half of the smallest goes up', amount: 1n, percent: '50', commission: 1n },
    { what: 'less than a half of the smallest is nothing', amount: 1n, percent: '49.999999', commission: 0n },
    { what: 'six decimals count', amount: 100_000_000n, percent: '0.000001', commission: 1n },
    { what: 'six decimals count, below a half', amount: 49_999_999n, percent: '0.000001', commission: 0n },
    { what: 'six decimals count, at a half', amount: 50_000_000n, percent: '0.000001', commission: 1n },
    { what: 'trailing zeros do not count', amount: 10_000n, percent: '1.250000', commission: 125n },
    { what: 'all of it', amount: 12_345n, percent: '100', commission: 12_345n },
    { what: 'nothing of it', amount: 12_345n, percent: '0', commission: 0n },
    { what: 'yen have no decimals', amount: 101n, percent: '2.5', commission: 3n },
    {
      what: 'eighteen decimals are exact',
      amount: 1_000_000_000_000_000_001n,
      percent: '0.1',
      commission: 1_000_000_000_000_000n,
    },
    {
      what: 'more than a double can hold',
      amount: 10n ** 30n - 1n,
      percent: '33.333333',
      commission: 333_333_330_000_000_000_000_000_000_000n,
    },
  ])('is rounded once, half up: $what', ({ amount, percent, commission }) => {
    expect(commissionOn(amount, { type: 'percent', percent })).toBe(commission)
  })

  it('is rounded before it is compared or added, and no second time', () => {
    const half = { fixed: 2n, percent: '1' }
    expect(commissionOn(150n, { ...half, type: 'greater_of_fixed_or_percent' })).toBe(2n)
    expect(commissionOn(250n, { ...half, type: 'lesser_of_fixed_or_percent' })).toBe(2n)
    expect(commissionOn(150n, { ...half, type: 'fixed_and_percent' })).toBe(4n)
  })

  it.each([
    // Source: the documentation's own example, 2 % OUT on 100: 102 leaves the sender.
    { direction: 'OUT', amount: 10_000n, fixed: 200n, sender: 10_200n, recipient: 10_000n },
    { direction: 'IN', amount: 10_000n, fixed: 200n, sender: 10_000n, recipient: 9_800n },
    { direction: 'SHARED', amount: 10_000n, fixed: 200n, sender: 10_100n, recipient: 9_900n },
    { direction: 'SHARED', amount: 10_000n, fixed: 201n, sender: 10_100n, recipient: 9_899n },
    { direction: 'SHARED', amount: 10_000n, fixed: 1n, sender: 10_000n, recipient: 9_999n },
    { direction: 'SHARED', amount: 10_000n, fixed: 0n, sender: 10_000n, recipient: 10_000n },
  ] as const)(
    'borne $direction on $amount, being $fixed: $sender leaves, $recipient arrives',
    ({ direction, amount, fixed, sender, recipient }) => {
      expect(chargeFor(rule({ type: 'fixed', fixed }, direction), amount)).toEqual({
        senderAmount: sender,
        recipientAmount: recipient,
        commission: fixed,
      })
    },
  )

  it.each([
    ['IN', 99n, false],
    ['IN', 100n, true],
    ['IN', 101n, true],
    ['OUT', 100n, false],
    ['OUT', 10_000n, false],
    ['SHARED', 198n, false],
    ['SHARED', 199n, true],
    ['SHARED', 200n, true],
  ] as const)('borne %s of %s on 100 leaves nothing: %s', (direction, fixed, isRefused) => {
    const charge = chargeFor(rule({ type: 'fixed', fixed }, direction), 100n)
    expect('refusal' in charge && charge.refusal).toBe(isRefused && 'commission_exceeds_amount')
  })

  it('in per cent of nothing that can be paid out is refused as well', () => {
    expect(chargeFor(rule({ type: 'percent', percent: '100' }, 'IN'), 1n)).toEqual({
      refusal: 'commission_exceeds_amount',
    })
  })

  it('never makes or loses a minor unit, is never negative, and leaves the recipient something', () => {
    fc.assert(
      fc.property(anyRule, fc.bigInt({ min: 1n, max: 10n ** 30n }), (asked, amount) => {
        const charge = chargeFor(asked, amount)
        if ('refusal' in charge) {
          expect(charge.refusal).toBe('commission_exceeds_amount')
          return
        }
        expect(charge.senderAmount).toBe(charge.recipientAmount + charge.commission)
        expect(charge.commission >= 0n).toBe(true)
        expect(charge.recipientAmount > 0n).toBe(true)
        expect(charge.recipientAmount <= amount && amount <= charge.senderAmount).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })

  it('on more is never less, within one condition', () => {
    fc.assert(
      fc.property(
        anyRule,
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        (asked, amount, more) => {
          const [low, high] = [chargeFor(asked, amount), chargeFor(asked, amount + more)]
          fc.pre(!('refusal' in low) && !('refusal' in high))
          if ('refusal' in low || 'refusal' in high) return
          expect(low.commission <= high.commission).toBe(true)
          expect(low.senderAmount <= high.senderAmount).toBe(true)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('in per cent is off by half a minor unit at most', () => {
    const percents = fc.bigInt({ min: 0n, max: 100_000_000n })
    fc.assert(
      fc.property(percents, fc.bigInt({ min: 1n, max: 10n ** 24n }), (share, amount) => {
        const percent = `${share / 1_000_000n}.${String(share % 1_000_000n).padStart(6, '0')}`
        const commission = commissionOn(amount, { type: 'percent', percent }) as bigint
        const off = 2n * (commission * 100_000_000n - amount * share)
        expect(-100_000_000n < off && off <= 100_000_000n).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
})

const anyRule: fc.Arbitrary<CommissionRule> = fc
  .record({
    direction: fc.constantFrom(...DIRECTIONS),
    type: fc.constantFrom(...COMMISSION_TYPES),
    fixed: fc.bigInt({ min: 0n, max: 10n ** 12n }),
    percent: fc.constantFrom('0', '0.000001', '1', '1.5', '33.333333', '50', '99.999999', '100'),
  })
  .map(({ direction, ...condition }) => rule(condition, direction))

describe('the conditions of a rule', () => {
  it.each([
    [99n, undefined],
    [100n, 1n],
    [199n, 1n],
    [200n, 2n],
    [299n, 2n],
    [300n, undefined],
    [399n, undefined],
    [400n, 4n],
    [10n ** 30n, 4n],
  ])(
    'on %s charge %s, where the first amount of a range is part of it and the last is not',
    (amount, commission) => {
      const charge = chargeFor(bands, amount)
      if (commission === undefined) expect(charge).toEqual({ refusal: 'operation_not_offered' })
      else expect(charge).toMatchObject({ commission })
    },
  )

  it('that are not there offer nothing', () => {
    expect(chargeFor({ id: 'cru_1', direction: 'IN', conditions: [] }, 1n)).toEqual({
      refusal: 'operation_not_offered',
    })
  })
})

describe('two ranges', () => {
  it.each([
    { how: 'touch', a: { begin: 0n, end: 100n }, b: { begin: 100n, end: 200n }, isOverlap: false },
    {
      how: 'have one amount in common',
      a: { begin: 0n, end: 101n },
      b: { begin: 100n, end: 200n },
      isOverlap: true,
    },
    { how: 'are the same', a: { begin: 0n, end: 100n }, b: { begin: 0n, end: 100n }, isOverlap: true },
    {
      how: 'lie one in the other',
      a: { begin: 0n, end: 100n },
      b: { begin: 10n, end: 20n },
      isOverlap: true,
    },
    { how: 'lie apart', a: { begin: 0n, end: 10n }, b: { begin: 20n, end: 30n }, isOverlap: false },
    { how: 'have no end, both', a: { begin: 0n, end: null }, b: { begin: 500n, end: null }, isOverlap: true },
    {
      how: 'touch where one has no end',
      a: { begin: 0n, end: 100n },
      b: { begin: 100n, end: null },
      isOverlap: false,
    },
    {
      how: 'meet where one has no end',
      a: { begin: 0n, end: 101n },
      b: { begin: 100n, end: null },
      isOverlap: true,
    },
  ])('that $how', ({ a, b, isOverlap }) => {
    expect(intersects(a, b)).toBe(isOverlap)
    expect(intersects(b, a)).toBe(isOverlap)
  })

  it('of time touch at a moment that belongs to the later one only', () => {
    const [noon, one, two] = ['12', '13', '14'].map((hour) => new Date(`2026-11-23T${hour}:00:00Z`)) as [
      Date,
      Date,
      Date,
    ]
    expect(intersects({ begin: noon, end: one }, { begin: new Date(one), end: two })).toBe(false)
    expect(intersects({ begin: noon, end: two }, { begin: one, end: null })).toBe(true)
  })
})

describe('a percentage', () => {
  it.each([
    ['0', 0n],
    ['1.25', 1_250_000n],
    ['0.000001', 1n],
    ['99.999999', 99_999_999n],
    ['100', 100_000_000n],
    ['100.000000', 100_000_000n],
  ])('%s is exact', (text, share) => {
    expect(parsePercent(text)).toBe(share)
  })

  it.each(['', '-1', '100.000001', '101', '1.0000001', '1e1', '1,5', '.5', '5.', ' 1', 'one'])(
    '%p is none',
    (text) => {
      expect(parsePercent(text)).toBeUndefined()
    },
  )

  it('that is none is a fault in a rule, never a free operation', () => {
    expect(() => chargeFor(rule({ type: 'percent', percent: '1000' }), 100n)).toThrow(
      '1000 is not a percentage',
    )
  })
})

describe('money that has arrived', () => {
  it.each(DIRECTIONS)('pays its commission out of itself, also where the rule says %s', (direction) => {
    expect(chargeArrived(rule({ type: 'fixed', fixed: 3n }, direction), 100n)).toEqual({
      senderAmount: 100n,
      recipientAmount: 97n,
      commission: 3n,
    })
  })

  it.each([
    ['commission_exceeds_amount', { type: 'fixed', fixed: 100n }],
    ['operation_not_offered', { begin: 101n }],
  ] as const)('is not credited where the rule says %s', (refusal, condition) => {
    expect(chargeArrived(rule(condition, 'OUT'), 100n)).toEqual({ refusal })
  })
})

const ALL: Condition = { begin: 0n, end: null, type: 'zero', fixed: 0n, percent: '0' }

function rule(condition: Partial<Condition>, direction: Direction = 'OUT'): CommissionRule {
  return { id: 'cru_1', direction, conditions: [{ ...ALL, ...condition }] }
}

function commissionOn(amount: bigint, condition: Partial<Condition>): unknown {
  const charge = chargeFor(rule(condition), amount)
  return 'refusal' in charge ? charge.refusal : charge.commission
}

const bands: CommissionRule = {
  id: 'cru_1',
  direction: 'OUT',
  conditions: [
    { begin: 100n, end: 200n, type: 'fixed', fixed: 1n, percent: '0' },
    { begin: 200n, end: 300n, type: 'fixed', fixed: 2n, percent: '0' },
    { begin: 400n, end: null, type: 'fixed', fixed: 4n, percent: '0' },
  ],
}
