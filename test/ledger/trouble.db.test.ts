import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import knex from 'knex'
import { inProject, type Database } from '#db/connection.ts'
import { isOutage } from '#db/is-outage.ts'
import { registerStep, type Step } from '#domain/operations/step.ts'
import type { StepAnswer } from '#ledger/apply-steps.ts'
import { createLedger, type Ledger } from '#ledger/ledger.ts'
import { id } from '#test/support/book.ts'
import { pause } from '#test/support/poll.ts'
import { someAtATime, times } from '#test/support/some-at-a-time.ts'
import { transferStep } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'
import { connect } from '#test/support/connect.ts'

/** What happens to a step must not happen to its neighbours. */
describe('a batch in trouble', () => {
  const book = useBook()
  let db: Database
  let ledger: Ledger

  afterEach(() => db.destroy())

  it('applies the rest where some are refused, late, unknown, or no step at all', async () => {
    open(connect(book.database.url, 4))
    const [poor = '', idle = '', rich = ''] = await addCoins(3)
    await book.fund(rich, 100n)
    await inProject(book.db, book.projectId, (trx) =>
      trx.raw('select set_account_active(?, ?, false)', [book.projectId, idle]),
    )
    const done = await topUp(rich, 1n)
    await apply(done)
    const nowhere = await move(rich, poor, { amount: 1n })
    const unknown = { ...(await topUp(rich)), operation: id('op') }
    const steps = [
      await topUp(poor),
      await move(poor, rich, { amount: 11n }),
      await topUp(idle),
      unknown,
      { ...done, step: 'again' },
      { ...nowhere, create: { ...nowhere.create, coin: 'coin_of_nobody' } } as Step,
      await move(poor, rich, { amount: 10n }),
      await move(rich, poor, { amount: 1n }),
      done,
    ]
    expect(await together(steps)).toEqual([
      'applied',
      'exceeds_available_balance',
      'coin_inactive',
      'unknown',
      'late',
      'fault',
      'applied',
      'applied',
      'repeated',
    ])
    expect(await postedOn([poor, idle, rich])).toEqual([1n, 0n, 110n])
  })

  it('that runs out of time leaves behind only who had to wait, and he is served later', async () => {
    // Of locks alone: no step runs out of time because the machine is slow.
    const limited = { connectionString: book.database.url, options: '-c lock_timeout=300' }
    open(knex({ client: 'pg', connection: limited, pool: { min: 0, max: 4 } }))
    const coins = await addCoins(6)
    const [held = ''] = coins
    const steps = await someAtATime(coins, (coin) => topUp(coin))
    const blocker = await book.owner.transaction()
    await blocker.raw("select set_config('sluice.project', ?, true)", [book.projectId])
    await blocker('balances').where({ account_id: held }).forUpdate().select()
    expect(await together(steps)).toEqual(['outage', ...Array<string>(5).fill('applied')])
    await blocker.rollback()
    expect(await postedOn(coins)).toEqual([0n, ...Array<bigint>(5).fill(10n)])
    expect(await together(steps)).toEqual(['applied', ...Array<string>(5).fill('repeated')])
    expect(await postedOn(coins)).toEqual(Array<bigint>(6).fill(10n))
  })

  it('is not tried step by step where Postgres is away', async () => {
    let calls = 0
    const nobody = createServer((socket) => {
      calls += 1
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(nobody, 'listening')
    const { port } = nobody.address() as AddressInfo
    open(connect(`postgres://nobody@127.0.0.1:${port}/nothing`, 4))
    const [coin = ''] = await addCoins(1)
    const steps = await times(20, () => topUp(coin))
    const settled = await Promise.allSettled(steps.map(apply))
    nobody.close()
    expect(settled.map(({ status }) => status)).toEqual(steps.map(() => 'rejected'))
    // The first step, the batch behind it, and the first of that batch.
    expect(calls).toBe(3)
  })

  it('whose connections are cut again and again is applied once, as often as it is asked for', async () => {
    open(connect(book.database.url, 4))
    const [from = '', to = ''] = await addCoins(2)
    await book.fund(from, 10_000n)
    const scissors = { cuts: 0, isOver: false }
    const cutting = cutConnections(scissors)
    let asked = 0n
    // Some more, where the machine is so quick that nothing was cut yet.
    do {
      const outcomes = await Promise.all(
        Array.from({ length: 60 }, (_, n) => insist(from, to, (n % 20) * 15)),
      )
      asked += 60n
      // Applied before its answer was lost: found again by the ledger itself, or by its key.
      const known = ['applied', 'repeated', 'unknown']
      expect(outcomes.filter(({ outcome }) => !known.includes(outcome))).toEqual([])
      expect(outcomes.filter(({ outcome, tries }) => outcome === 'unknown' && tries === 1)).toEqual([])
    } while (scissors.cuts === 0 && asked < 600n)
    scissors.isOver = true
    await cutting
    expect(scissors.cuts).toBeGreaterThan(0)
    expect(await postedOn([from, to])).toEqual([10_000n - asked * 10n, asked * 10n])
  })

  /** As an API does it that hears nothing: the same key, and a new operation each time. */
  async function insist(
    from: string,
    to: string,
    pauseMs: number,
  ): Promise<{ tries: number; outcome: string }> {
    const key = String(id('op'))
    for (let tries = 1; ; tries += 1) {
      await pause(pauseMs)
      const step = await move(from, to, { amount: 10n, key })
      const answer = await apply(step).catch((error: unknown) => error)
      if (!isOutage(answer)) return { tries, outcome: (answer as StepAnswer).outcome }
    }
  }

  const CUTS_MAX = 8

  /** Ends the backends that are applying steps, until so many have met it; then they are left in peace. */
  async function cutConnections(scissors: { cuts: number; isOver: boolean }): Promise<void> {
    const own = connect(book.database.url, 1)
    for (; !scissors.isOver && scissors.cuts < CUTS_MAX; await pause(20)) {
      const found = await own.raw<{ rows: unknown[] }>(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
          and usename = current_user and pid <> pg_backend_pid() and query like 'select apply_steps%' and state = 'active'`,
      )
      scissors.cuts += found.rows.length
    }
    await own.destroy()
  }

  function open(fresh: Database): void {
    db = fresh
    ledger = createLedger(fresh, { underWay: 1 })
  }

  function apply(step: Step) {
    return ledger.apply(book.projectId, step, 'api')
  }

  /** The first goes alone; the others gather behind it and share a batch. */
  async function together(steps: readonly Step[]): Promise<string[]> {
    const other = registerStep(await book.ask({ coin: await book.addCoin(), amount: 1n }))
    const [, ...settled] = await Promise.allSettled([other, ...steps].map(apply))
    return settled.map(describeOutcome)
  }

  async function topUp(coin: string, amount = 10n) {
    return registerStep(await book.ask({ coin, amount }))
  }

  async function move(from: string, to: string, asked: { amount: bigint; key?: string }) {
    const organization = await book.organizationOf(from)
    const more = { organization, askedBy: book.asker, bodyHash: '00' }
    return transferStep(book, id('op'), { coin: from, counterCoin: to, ...more, ...asked })
  }

  async function postedOn(coins: readonly string[]) {
    const balances = await book.balances()
    return coins.map((coin) => balances.get(coin)?.posted)
  }

  function addCoins(count: number) {
    return times(count, () => book.addCoin())
  }
})

function describeOutcome(settled: PromiseSettledResult<StepAnswer>): string {
  if (settled.status === 'fulfilled') return settled.value.refusal ?? settled.value.outcome
  return isOutage(settled.reason) ? 'outage' : 'fault'
}
