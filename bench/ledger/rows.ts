import { createCpuMeter } from '../cpu.ts'
import { createDatabase } from '../databases.ts'
import { inRounds, runCallers } from '../rounds.ts'
import type { Measured, Row, Side, Stage } from '../row.ts'
import { anyTwo, fillBook, oneInCommon, openBooks, type Route } from './transfers.ts'

const COINS = 1_000
const MANY_POSTINGS = 1_000_000
const FEW_POSTINGS = 1_000
/** Enough that both books are always busy, few enough that a lone batch still counts. */
const CALLERS_OF_SIZES = 64

const STEP =
  'ledger.apply of a transfer that is born and booked in one step: key, operation, entries, balances, step, hashed audit row'
const PLAIN =
  'the same number of callers on 64 connections, each calling a SQL function that posts one transfer'

function stepsPerSecond(callers: number, ratio: number): Row {
  return {
    name: `ledger steps over 1,000 coins, ${callers} ${callers === 1 ? 'caller' : 'callers'}`,
    what: STEP,
    bareLimit: PLAIN,
    bound: { kind: 'at_least', ratio },
    needs: 'postgres',
    run: (stage) => compare(stage, { callers, route: anyTwo(stage.random) }),
  }
}

/** The book itself, without HTTP and without Temporal. */
export const LEDGER_ROWS: readonly Row[] = [
  stepsPerSecond(1, 0.7),
  stepsPerSecond(64, 1.5),
  stepsPerSecond(512, 3),
  {
    name: 'ledger steps with one coin in common, 64 callers',
    what: STEP,
    bareLimit: `${PLAIN}, with the same row in all of them`,
    bound: { kind: 'at_least', ratio: 8 },
    needs: 'postgres',
    run: (stage) => compare(stage, { callers: 64, route: oneInCommon(stage.random) }),
  },
  {
    name: 'ledger step with 1,000,000 postings in the book',
    what: `${STEP}, ${CALLERS_OF_SIZES} callers`,
    bareLimit: 'the same with 1,000 postings in the book',
    bound: { kind: 'at_least', ratio: 0.9 },
    needs: 'postgres',
    run: compareSizes,
  },
]

async function compare(
  stage: Stage,
  { callers, route }: { callers: number; route: Route },
): Promise<Measured> {
  const books = await openBooks(stage, COINS)
  const cpu = createCpuMeter({ callers: process.pid, ...stage.processes })
  const measure = (side: Side, work: () => Promise<void>) => async (seconds: number, isWarmUp: boolean) => {
    const run = () => runCallers(callers, seconds, work)
    const { perSecond } = await (isWarmUp ? run() : cpu.measure(side, run))
    if (isWarmUp) await books.world.analyze()
    return perSecond
  }
  try {
    const measured = await inRounds(stage, {
      product: measure('product', () => books.transfer(route)),
      bare: measure('bare', () => books.transferPlainly(route)),
    })
    return { unit: 'per second', ...measured, notes: cpu.notes() }
  } finally {
    await books.close()
  }
}

/** Two databases on one server, the large one in the row's own, so that its book is checked afterwards. */
async function compareSizes(stage: Stage): Promise<Measured> {
  const sibling = await createDatabase(stage, 'bench_small_book')
  const [large, small] = [await openBooks(stage, COINS), await openBooks(sibling, COINS)]
  try {
    const postings = Math.ceil(MANY_POSTINGS * stage.scale)
    stage.progress(`  writing ${postings} postings`)
    await fillBook(large, { postings, random: stage.random })
    await fillBook(small, { postings: FEW_POSTINGS, random: stage.random })
    const route = anyTwo(stage.random)
    const measure = (books: typeof large) => async (seconds: number) =>
      (await runCallers(CALLERS_OF_SIZES, seconds, () => books.transfer(route))).perSecond
    const measured = await inRounds(stage, { product: measure(large), bare: measure(small) })
    return { unit: 'per second', ...measured, notes: [`${postings} postings in the large book`] }
  } finally {
    await large.close()
    await small.close()
    await sibling.drop()
  }
}
