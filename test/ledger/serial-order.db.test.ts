import fc from 'fast-check'
import { inProject } from '#db/connection.ts'
import { registerStep, type Step } from '#domain/operations/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import { expectSoundBook, id } from '#test/support/book.ts'
import { transferStep } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'
import { someAtATime, times } from '#test/support/some-at-a-time.ts'

/** What a batch does has to equal what its steps would do one after another, in their order of arrival. */
describe('a batch of steps', () => {
  const book = useBook()

  it.each([1, 2])(
    'equals its steps in their order of arrival, whatever they are, with %i under way',
    async (underWay) => {
      await fc.assert(
        fc.asyncProperty(fc.array(move, { minLength: 2, maxLength: 24 }), async (moves) => {
          const ledger = createLedger(book.db, { underWay })
          const coins = await times(COINS, () => book.addCoin())
          const fund = await Promise.all(
            coins.map(async (coin) => registerStep(await book.ask({ coin, amount: START }))),
          )
          await Promise.all(fund.map((step) => ledger.apply(book.projectId, step, 'workflow')))
          const steps: Step[] = []
          for (const one of moves) steps.push(await toStep(coins, one))
          const answers = await Promise.all(
            steps.map((step) => ledger.apply(book.projectId, step, 'workflow')),
          )
          const expected = serially(moves)
          expect(answers.map(({ outcome }) => outcome === 'applied')).toEqual(expected.applied)
          const balances = await book.balances()
          const available = coins.map(
            (coin) => (balances.get(coin)?.posted ?? 0n) - (balances.get(coin)?.held ?? 0n),
          )
          expect(available).toEqual(expected.available)
        }),
        { numRuns: 40 },
      )
      await expectSoundBook(book)
    },
  )

  it('does not keep back others who have nothing in common with one that is held up', async () => {
    const ledger = createLedger(book.db)
    const [held, free] = [await book.addCoin(), await book.addCoin()]
    const ended: string[] = []
    const apply = async (name: string, coin: string) => {
      const step = registerStep(await book.ask({ coin, amount: START }))
      return () => ledger.apply(book.projectId, step, 'workflow').then(() => ended.push(name))
    }
    const steps = [
      await apply('held', held),
      await apply('behind it', held),
      await apply('free', free),
      await apply('free, too', free),
    ]
    const { all } = await inProject(book.owner, book.projectId, async (trx) => {
      await trx('balances').where({ account_id: held }).forUpdate()
      const [first, second, ...others] = steps.map((step) => step())
      await Promise.all(others)
      expect(ended).toEqual(['free', 'free, too'])
      return { all: Promise.all([first, second]) }
    })
    await all
    expect(ended).toEqual(['free', 'free, too', 'held', 'behind it'])
    await expectSoundBook(book)
  })

  it('keeps the book sound when several ledgers compete for the same coins', async () => {
    const coins = await times(COINS, () => book.addCoin())
    const ledgers = Array.from({ length: 4 }, () => createLedger(book.db))
    for (const coin of coins)
      await ledgers[0]?.apply(
        book.projectId,
        registerStep(await book.ask({ coin, amount: START })),
        'workflow',
      )
    const moves = fc.sample(move, { numRuns: 120, seed: 7 })
    const steps = await someAtATime(moves, (one) => toStep(coins, one))
    const answers = await Promise.all(
      steps.map(async (step, i) => ledgers[i % 4]?.apply(book.projectId, step, 'workflow')),
    )
    expect(answers.every((answer) => answer?.outcome === 'applied' || answer?.outcome === 'refused')).toBe(
      true,
    )
    const balances = await book.balances()
    expect(
      coins.every((coin) => (balances.get(coin)?.posted ?? -1n) - (balances.get(coin)?.held ?? 0n) >= 0n),
    ).toBe(true)
    await expectSoundBook(book)
  })

  async function toStep(coins: readonly string[], { from, to, amount, isHold }: Move): Promise<Step> {
    const [coin = '', counterCoin = ''] = [coins[from], coins[to]]
    if (isHold || from === to)
      return registerStep(await book.ask({ kind: 'withdrawal', coin, amount, needsDecision: true }))
    return transferStep(book, id('op'), {
      coin,
      counterCoin,
      organization: await book.organizationOf(coin),
      amount,
      askedBy: book.asker,
      bodyHash: '00',
    })
  }
})

type Move = {
  readonly from: number
  readonly to: number
  readonly amount: bigint
  readonly isHold: boolean
}

const COINS = 3
const START = 100n

const move: fc.Arbitrary<Move> = fc.record({
  from: fc.integer({ min: 0, max: COINS - 1 }),
  to: fc.integer({ min: 0, max: COINS - 1 }),
  amount: fc.bigInt({ min: 1n, max: 90n }),
  isHold: fc.boolean(),
})

/** The oracle: one step after another over plain numbers. */
function serially(moves: readonly Move[]) {
  const available = Array.from({ length: COINS }, () => START)
  const applied = moves.map(({ from, to, amount, isHold }) => {
    if ((available[from] ?? 0n) < amount) return false
    available[from] = (available[from] ?? 0n) - amount
    if (!isHold && from !== to) available[to] = (available[to] ?? 0n) + amount
    return true
  })
  return { available, applied }
}
