import fc from 'fast-check'
import { KINDS } from '#domain/operations/operation.ts'
import {
  commissionBack,
  isReversible,
  leftOf,
  type Reversed,
  takenBackBy,
} from '#domain/operations/reversal.ts'

describe('a reversal', () => {
  it('is of top-ups, transfers, and what a platform moved one way, and of nothing else', () => {
    expect(KINDS.filter(isReversible)).toEqual([
      'top_up',
      'transfer',
      'opening_balance',
      'platform_deposit',
      'platform_withdrawal',
    ])
  })

  it('is done on a platform by the opposite', () => {
    expect(takenBackBy('platform_deposit')).toBe('platform_withdrawal')
    expect(takenBackBy('platform_withdrawal')).toBe('platform_deposit')
    expect(takenBackBy('platform_trade')).toBeUndefined()
  })

  it.each([
    { what: 'the whole gives back all of it', of: [100n, 3n], before: [0n, 0n], amount: 100n, back: 3n },
    { what: 'a part its part', of: [100n, 4n], before: [0n, 0n], amount: 25n, back: 1n },
    { what: 'rounded down', of: [100n, 3n], before: [0n, 0n], amount: 50n, back: 1n },
    { what: 'and the rest the rest', of: [100n, 3n], before: [50n, 1n], amount: 50n, back: 2n },
    { what: 'too small a part gives nothing', of: [100n, 3n], before: [0n, 0n], amount: 33n, back: 0n },
    { what: 'until it has come together', of: [100n, 3n], before: [33n, 0n], amount: 1n, back: 1n },
    { what: 'without a commission nothing', of: [100n, 0n], before: [0n, 0n], amount: 100n, back: 0n },
    { what: 'a commission larger than the amount', of: [1n, 99n], before: [0n, 0n], amount: 1n, back: 99n },
    {
      what: 'where a declined one moved the rounding',
      of: [10n, 1n],
      before: [1n, 1n],
      amount: 8n,
      back: 0n,
    },
  ])('gives back of the commission: $what', ({ of, before, amount, back }) => {
    const [recipientAmount = 0n, commission = 0n] = of
    const [reversed = 0n, given = 0n] = before
    const earlier = { amount: reversed, commissionBack: given }
    expect(commissionBack({ recipientAmount, commission }, earlier, amount)).toBe(back)
  })

  const originals = fc.record({
    recipientAmount: fc.bigInt({ min: 1n, max: 10n ** 20n }),
    commission: fc.bigInt({ min: 0n, max: 10n ** 20n }),
  })
  /** Each takes a share of what is left; some of them are declined after the next was asked for. */
  const tries = fc.array(fc.record({ share: fc.bigInt({ min: 1n, max: 100n }), isDeclined: fc.boolean() }))

  it('gives back the whole commission with the whole, never more, in whatever parts and whoever declines', () => {
    fc.assert(
      fc.property(originals, tries, (original, wanted) => {
        let total = NOTHING
        let late = NOTHING
        const take = (amount: bigint) => {
          const back = commissionBack(original, total, amount)
          expect(back).toBeGreaterThanOrEqual(0n)
          total = { amount: total.amount + amount, commissionBack: total.commissionBack + back }
          expect(total.commissionBack).toBeLessThanOrEqual(original.commission)
          return { amount, commissionBack: back }
        }
        const giveUp = ({ amount, commissionBack: back }: Reversed) => {
          total = { amount: total.amount - amount, commissionBack: total.commissionBack - back }
        }
        for (const { share, isDeclined } of wanted) {
          const amount = (leftOf(original, total) * share) / 100n
          if (amount === 0n) continue
          const taken = take(amount)
          giveUp(late)
          late = isDeclined ? taken : NOTHING
        }
        giveUp(late)
        if (leftOf(original, total) > 0n) take(leftOf(original, total))
        expect(total).toEqual({ amount: original.recipientAmount, commissionBack: original.commission })
      }),
    )
  })
})

const NOTHING: Reversed = { amount: 0n, commissionBack: 0n }
