import fc from 'fast-check'
import {
  giveBackFromPayout,
  issueTo,
  moveBetween,
  redeemFrom,
  type Leg,
  type Movement,
} from '#domain/operations/accounting.ts'
import { approvalFor, overlaps, type ApprovalRule } from '#domain/approvals/approval.ts'
import { reservationsFor, TIME_UNITS } from '#domain/contracts/limit.ts'
import { formatAmount, parseAmount } from '#domain/money.ts'
import { breaksOfPayout, type OurPayout } from '#domain/reports/reconciliation.ts'
import { commissionBack, leftOf } from '#domain/operations/reversal.ts'
import { totalStatement } from '#domain/reports/statement.ts'
import { anyFraction, anyMinor, LONG, MOST, pointed } from './exact-oracle.ts'

describe('an amount in any currency', () => {
  it('is read to the last unit and written back with every decimal, or refused', () => {
    const met = new Map<string, number>()
    fc.assert(
      fc.property(whole, decimalsOf, anyFraction, (integer, decimals, fraction) => {
        const text = decimals === '' ? integer : `${integer}.${decimals}`
        const read = parseAmount(text, currencyOf(fraction))
        expect(read).toEqual(expectedMinor(integer, decimals, fraction))
        const kind = 'problem' in read ? read.problem : `read ${fraction}`
        met.set(kind, (met.get(kind) ?? 0) + 1)
        if ('problem' in read) return
        const written = formatAmount(read.minor, fraction)
        expect(written).toBe(pointed(read.minor, fraction))
        expect(parseAmount(written, currencyOf(fraction))).toEqual(read)
      }),
      { numRuns: RUNS.reading },
    )
    expect(met.size).toBe(19 + 2)
  })

  it.each(Array.from({ length: 19 }, (_, fraction) => fraction))(
    'with %s decimals goes from one unit to thirty nines, and not a unit further',
    (fraction) => {
      for (const minor of [0n, 1n, LONG, MOST]) {
        const text = pointed(minor, fraction)
        expect(parseAmount(text, currencyOf(fraction))).toEqual({ minor })
        expect(formatAmount(minor, fraction)).toBe(text)
        expect(formatAmount(-minor, fraction)).toBe(minor === 0n ? text : `-${text}`)
      }
      expect(parseAmount(pointed(MOST + 1n, fraction), currencyOf(fraction))).toEqual({
        problem: 'amount_has_too_many_digits',
      })
      expect(parseAmount(pointed(1n, fraction + 1), currencyOf(fraction))).toEqual({
        problem: 'amount_has_too_many_decimals',
      })
    },
  )

  it('that is written in any other way is refused as no plain decimal', () => {
    const spoiler = fc.constantFrom(
      ..." +-.,_'0eExn\n\t\u0000\u00a0\u2212\uff11\u0661".split(''),
      '00',
      'e1',
      '0x',
      '.0.',
      '',
    )
    const mangled = fc
      .tuple(anyMinor, anyFraction, fc.nat(40), spoiler)
      .map(([minor, fraction, at, spoil]) => {
        const text = pointed(minor, fraction)
        return text.slice(0, at) + spoil + text.slice(at)
      })
    let refused = 0
    fc.assert(
      fc.property(mangled, (text) => {
        const read = parseAmount(text, currencyOf(18))
        const isRefused = 'problem' in read && read.problem === 'amount_not_a_decimal'
        expect([text, isRefused]).toEqual([text, !isPlainDecimal(text)])
        if (isRefused) refused += 1
      }),
      { numRuns: RUNS.mangled },
    )
    expect(refused).toBeGreaterThan(RUNS.mangled / 4)
  })
})

describe('a correction in parts', () => {
  it('gives back of each part what is due so far, never a whole unit behind, and in the end all of it', () => {
    const cuts = fc.array(fc.bigInt({ min: 0n, max: MOST }), { maxLength: 11 })
    fc.assert(
      fc.property(anyMinor, fc.oneof(fc.constant(0n), anyMinor), cuts, (recipientAmount, commission, at) => {
        const original = { recipientAmount, commission }
        const ends = [...at.map((cut) => cut % recipientAmount), recipientAmount].toSorted((a, b) =>
          a < b ? -1 : 1,
        )
        let before = { amount: 0n, commissionBack: 0n }
        for (const end of ends) {
          const amount = end - before.amount
          if (amount === 0n) continue
          const left = leftOf(original, before)
          const back = commissionBack(original, before, amount)
          const isLeft = left === recipientAmount - before.amount
          before = { amount: end, commissionBack: before.commissionBack + back }
          // The exact share is a fraction; what is given back is it without the part of a unit.
          const behind = commission * end - before.commissionBack * recipientAmount
          expect(isLeft && back >= 0n && behind >= 0n && behind < recipientAmount).toBe(true)
        }
        expect(before).toEqual({ amount: recipientAmount, commissionBack: commission })
      }),
      { numRuns: RUNS.reversing },
    )
  })
})

describe('the legs of a movement', () => {
  it('take from the sender what reaches recipient and commission, and leave nothing between', () => {
    fc.assert(
      fc.property(anyMinor, fc.oneof(fc.constant(0n), anyMinor), (recipientAmount, commission) => {
        const senderAmount = recipientAmount + commission
        const movement: Movement = { issuerId: 'iss', senderAmount, recipientAmount, revenue: REVENUE }
        const arrived = { b: recipientAmount, [`iss:${REVENUE}`]: commission }
        expect([
          effectOf(moveBetween('a', 'b', movement)),
          effectOf(issueTo('b', movement)),
          effectOf(giveBackFromPayout('a', movement)),
          effectOf(redeemFrom('a', { issuerId: 'iss', amount: senderAmount })),
        ]).toEqual([
          without({ a: -senderAmount, ...arrived }),
          without({ 'iss:issuing_balance': -senderAmount, ...arrived }),
          without({
            a: senderAmount,
            'iss:payout_transit': -recipientAmount,
            [`iss:${REVENUE}`]: -commission,
          }),
          { a: -senderAmount, 'iss:issuing_balance': senderAmount },
        ])
      }),
      { numRuns: RUNS.posting },
    )
  })

  it('add up on a statement to the last unit', () => {
    const movements = fc.array(fc.tuple(anyMinor, fc.boolean()), { maxLength: 8 })
    fc.assert(
      fc.property(anyMinor, movements, (opening, all) => {
        let [balance, credits, debits] = [opening, 0n, 0n]
        const lines = all.map(([minor, isCredit]) => {
          const amount = isCredit ? minor : -minor
          balance += amount
          if (isCredit) credits += minor
          else debits += minor
          return { amount, balance }
        })
        expect(totalStatement(opening, lines)).toEqual({ credits, debits, closing: balance })
        const wrong = lines.map((line, at) =>
          at === lines.length - 1 ? { ...line, balance: balance + 1n } : line,
        )
        if (wrong.length > 0) expect(() => totalStatement(opening, wrong)).toThrow('its postings say')
      }),
      { numRuns: RUNS.others },
    )
  })
})

describe('a rule for a range of amounts', () => {
  it('begins with its first amount and ends before its last, to the unit, and touches the next without meeting it', () => {
    fc.assert(
      fc.property(anyMinor, anyMinor, (one, other) => {
        fc.pre(one !== other)
        const [begin, end] = one < other ? [one, other] : [other, one]
        const lower = { ...rule, id: 'lower', fromAmount: begin, toAmount: end }
        const upper = { ...rule, id: 'upper', fromAmount: end, toAmount: null }
        expect(overlaps(lower, upper)).toBe(false)
        expect(overlaps({ ...lower, toAmount: end + 1n }, upper)).toBe(true)
        const held = (amount: bigint) => approvalFor([upper, lower], { ...asked, amount })?.rule
        expect([begin - 1n, begin, end - 1n, end, end + 1n].map(held)).toEqual([
          null,
          'lower',
          'lower',
          'upper',
          'upper',
        ])
      }),
      { numRuns: RUNS.bands },
    )
  })

  it('of how much or how often is pinned with the amount and the limit as they are', () => {
    const at = new Date('2026-03-01T12:00:00Z')
    fc.assert(
      fc.property(anyMinor, anyMinor, fc.constantFrom(...TIME_UNITS), (amount, value, unit) => {
        const limits = (['amount', 'quantity'] as const).map((qualifier) => ({
          id: 'lim',
          qualifier,
          unit,
          value,
        }))
        const pinned = reservationsFor(limits, { amount, at, timeZone: 'UTC' })
        expect(pinned.map(({ add, max }) => [add, max])).toEqual([
          [String(amount), String(value)],
          ['1', String(value)],
        ])
      }),
      { numRuns: RUNS.others },
    )
  })
})

describe('a payout in the book of a bank', () => {
  it('agrees with ours if it is the same amount to the unit, however many zeros are behind it', () => {
    const written = fc.record({ off: fc.constantFrom(-1n, 0n, 1n), isShort: fc.boolean() })
    fc.assert(
      fc.property(anyMinor, anyFraction, written, (amount, fraction, { off, isShort }) => {
        const ours = payout(amount, fraction)
        const full = pointed(amount + off, fraction)
        const text = isShort && fraction > 0 ? full.replace(/\.?0+$/, '') : full
        const theirs = { ...listed, amount: text }
        fc.pre(amount + off <= MOST)
        expect(breaksOfPayout({ ours, theirs }).map(({ kind }) => kind)).toEqual(
          off === 0n ? [] : ['other_amount'],
        )
      }),
      { numRuns: RUNS.others },
    )
  })

  const listed = {
    reference: 'op_1',
    currency: 'XTS',
    state: 'confirmed',
    platformReference: 'B-1',
    returnedAmount: null,
    takenAt: new Date(0).toISOString(),
    changedAt: new Date(0).toISOString(),
  } as const
})

/** Plain decimals are read to the unit, or refused for what they have too much of. */
function expectedMinor(integer: string, decimals: string, fraction: number): object {
  if (decimals.length > fraction) return { problem: 'amount_has_too_many_decimals' }
  const minor =
    BigInt(integer) * 10n ** BigInt(fraction) +
    BigInt(decimals || '0') * 10n ** BigInt(fraction - decimals.length)
  return minor > MOST ? { problem: 'amount_has_too_many_digits' } : { minor }
}

/** Told letter by letter: digits, and perhaps a point with digits behind it; no zero in front but before the point. */
function isPlainDecimal(text: string): boolean {
  let points = 0
  for (const [at, letter] of text.split('').entries()) {
    const isDigit = letter.length === 1 && '0123456789'.includes(letter)
    if (letter === '.') points += 1
    if (!isDigit && letter !== '.') return false
    if (letter === '.' && (at === 0 || at === text.length - 1)) return false
  }
  const isPadded = text.length > 1 && text[0] === '0' && text[1] !== '.'
  return text.length > 0 && points <= 1 && !isPadded
}

/** Account → what the legs leave on it. */
function effectOf(legs: readonly Leg[]): Record<string, bigint> {
  const effect: Record<string, bigint> = {}
  for (const { from, to, amount } of legs) {
    if (amount <= 0n) throw new Error(`a leg of ${amount}`)
    effect[from] = (effect[from] ?? 0n) - amount
    effect[to] = (effect[to] ?? 0n) + amount
  }
  return without(effect)
}

/** Only what moved. */
function without(effect: Record<string, bigint>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(effect).filter(([, left]) => left !== 0n))
}

function payout(amount: bigint, fraction: number): OurPayout {
  return {
    reference: 'op_1',
    state: 'processed',
    changedAt: new Date(0),
    amount,
    currency: currencyOf(fraction),
    platformReference: 'B-1',
    returned: 0n,
    sentAt: new Date(0),
  }
}

/** In all 47,000 cases, besides the 114,000 of commissions. */
const RUNS = {
  reading: 20_000,
  mangled: 12_000,
  reversing: 4_000,
  posting: 4_000,
  bands: 4_000,
  others: 1_000,
}

const currencyOf = (fraction: number) => ({ code: 'XTS', fraction })

/** Of every length up to 32 digits before the point and 19 behind it. */
const whole = fc
  .tuple(fc.nat(32), fc.bigInt({ min: 0n, max: 10n ** 32n - 1n }))
  .map(([away, number]) => String(number / 10n ** BigInt(away)))

const decimalsOf = fc
  .tuple(fc.nat(19), fc.bigInt({ min: 0n, max: 10n ** 19n - 1n }))
  .map(([length, number]) =>
    String(number)
      .padStart(19, '0')
      .slice(19 - length),
  )

const REVENUE = 'regular_system_commission'

const rule: Omit<ApprovalRule, 'id' | 'fromAmount' | 'toAmount'> = {
  version: 1,
  kind: 'withdrawal',
  issuerId: 'iss',
  order: 'sequence',
  stages: [{ roles: ['cfo'], approvers: 1 }],
  expiresAfterMs: null,
  escalation: null,
}

const asked = { kind: 'withdrawal', issuerId: 'iss', needsDecision: true, defaultRoles: [] } as const
