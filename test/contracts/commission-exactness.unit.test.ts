import fc from 'fast-check'
import {
  chargeArrived,
  chargeFor,
  COMMISSION_TYPES,
  DIRECTIONS,
  type CommissionRule,
  type CommissionType,
} from '#domain/contracts/commission.ts'
import { formatAmount, parseAmount } from '#domain/money.ts'
import {
  anyFraction,
  anyMinor,
  anyShare,
  expectedCharge,
  MOST,
  percentText,
  pointed,
  type PricedBy,
} from '#test/operations/exact-oracle.ts'

describe('what an operation costs', () => {
  it.each(COMMISSION_TYPES)(
    'of type %s is what the documented rule says, to the minor unit, for every number of decimals',
    (type) => {
      const met = new Set<string>()
      fc.assert(
        fc.property(casesOf(type).filter(isWritable), (asked) => {
          const { rule, amount, fraction } = asked
          const expected = expectedCharge(rule, amount, fraction)
          expect(charged(asked)).toEqual(expected)
          met.add(`${fraction} ${rule.direction} ${'refusal' in expected}`)
        }),
        { numRuns: RUNS_OF_A_TYPE },
      )
      // Every number of decimals with every direction, offered and refused.
      expect(met.size).toBe(19 * 3 * 2)
    },
  )

  it('comes out of money that has arrived, whoever the rule says should bear it', () => {
    const cases = fc.constantFrom(...COMMISSION_TYPES).chain((type) => casesOf(type).filter(isWritable))
    fc.assert(
      fc.property(cases, (asked) => {
        const { rule, amount, fraction } = asked
        const expected = expectedCharge({ ...rule, direction: 'IN' }, amount, fraction)
        expect(charged(asked, chargeArrived)).toEqual(expected)
        if (!('refusal' in expected)) expect(expected['sender']).toBe(amount)
      }),
      { numRuns: RUNS_OF_ARRIVED },
    )
  })
})

/** In all 102,000 for what is asked, and 12,000 for what has arrived. */
const RUNS_OF_A_TYPE = 17_000

const RUNS_OF_ARRIVED = 12_000

/** Around the amounts where a percentage is exactly a half. The share is odd times a power of ten, so such amounts exist. */
const nearHalf = fc
  .tuple(
    fc.integer({ min: 0, max: 7 }),
    fc.bigInt({ min: 0n, max: 4_999_999n }),
    fc.bigInt({ min: 0n, max: 10n ** 20n }),
    fc.constantFrom(-1n, 0n, 1n),
  )
  .map(([zeros, odd, times, off]) => {
    const power = 10n ** BigInt(zeros)
    const share = ((2n * odd + 1n) % (100_000_000n / power)) * power
    return { share, amount: (50_000_000n / power) * (2n * times + 1n) + off || 1n }
  })

const anyPair = fc.oneof(fc.record({ share: anyShare, amount: anyMinor }), nearHalf)

/** Where the ranges of a rule end: none, one or two bounds, each at most a unit away from the amount. */
const anyBounds = fc.uniqueArray(fc.constantFrom(-1n, 0n, 1n), { maxLength: 2 })

type Asked = { readonly rule: PricedBy; readonly fraction: number; readonly amount: string }

function casesOf(type: CommissionType): fc.Arbitrary<Asked> {
  const asked = fc.record({
    pair: anyPair,
    fraction: anyFraction,
    fixed: fc.oneof(fc.constant(0n), anyMinor),
    isNearFixed: fc.boolean(),
    isShort: fc.boolean(),
    direction: fc.constantFrom(...DIRECTIONS),
    bounds: anyBounds,
    offered: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  })
  return asked.map(
    ({ pair: { share, amount }, fraction, fixed, isNearFixed, isShort, direction, ...more }) => {
      const say = (minor: bigint) => pointed(minor, fraction)
      const bounds = more.bounds.map((off) => amount + off).filter((bound) => bound > 0n)
      const ends = bounds.toSorted((a, b) => (a < b ? -1 : 1))
      const ranges = [0n, ...ends].map((begin, at) => ({ begin, end: ends[at] ?? null }))
      const conditions = ranges.map(({ begin, end }, at) => ({
        begin: say(begin),
        end: end === null ? null : say(end),
        type,
        // Near what the percentage comes to, where the greater and the lesser of them change places.
        fixed: say((isNearFixed ? (amount * share) / 100_000_000n : fixed) + BigInt(at)),
        percent: percentText(share, isShort),
      }))
      return {
        rule: { direction, conditions: conditions.filter((_, at) => more.offered[at] ?? true) },
        fraction,
        amount: say(amount),
      }
    },
  )
}

function minorOf(text: string, fraction: number): bigint {
  const read = parseAmount(text, { code: 'X', fraction })
  if ('problem' in read) throw new Error(`${text} is ${read.problem}`)
  return read.minor
}

/** The way of the product: texts are read, the charge is computed, texts are written. */
function charged({ rule, fraction, amount }: Asked, charge = chargeFor): Record<string, string> {
  const read: CommissionRule = {
    id: 'cru_1',
    direction: rule.direction,
    conditions: rule.conditions.map(({ begin, end, type, fixed, percent }) => ({
      begin: minorOf(begin, fraction),
      end: end === null ? null : minorOf(end, fraction),
      type: type as CommissionType,
      fixed: minorOf(fixed, fraction),
      percent,
    })),
  }
  const found = charge(read, minorOf(amount, fraction))
  if ('refusal' in found) return { refusal: found.refusal }
  expect(found.senderAmount - found.recipientAmount).toBe(found.commission)
  return {
    sender: formatAmount(found.senderAmount, fraction),
    recipient: formatAmount(found.recipientAmount, fraction),
    commission: formatAmount(found.commission, fraction),
  }
}

/** What can be typed in: no text of more digits than the book takes. */
function isWritable({ rule, amount }: Asked): boolean {
  const texts = [amount, ...rule.conditions.flatMap(({ begin, end, fixed }) => [begin, end ?? '0', fixed])]
  return texts.every((text) => BigInt(text.replace('.', '')) <= MOST)
}
