import fc from 'fast-check'
import { connect, inProject } from '#db/connection.ts'
import { NOTHING_PINNED, type PinnedRules } from '#domain/operations/pinned-rules.ts'
import { expireStep, registerStep, type Step } from '#domain/operations/step.ts'
import type { StepAnswer } from '#ledger/apply-steps.ts'
import { createLedger, type Ledger } from '#ledger/ledger.ts'
import { id } from '#test/support/book.ts'
import { opened } from '#test/support/opened.ts'
import { decided, transferStep } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'
import { someAtATime, times } from '#test/support/some-at-a-time.ts'

/** Two APIs and a worker, each with a ledger and a pool of its own, at the same moment. */
describe('ledgers of several processes', () => {
  const book = useBook()
  const processes = opened(
    async () => ({ pools: Array.from({ length: 3 }, () => connect(book.database.url, 4)) }),
    async ({ pools }) => {
      for (const pool of pools) await pool.destroy()
    },
  )
  const ledgers: Ledger[] = []
  beforeAll(() => {
    ledgers.push(...processes.pools.map((pool) => createLedger(pool)))
  })

  const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))

  it(`book an operation once for each key, whoever comes first (seed ${SEED})`, async () => {
    const [from = '', to = ''] = await coinsWith(2, 1_000n)
    const keys = Array.from({ length: 40 }, () => String(id('op')))
    const wishes = ledgers.flatMap((ledger, n) => shuffled(keys, SEED + n).map((key) => ({ ledger, key })))
    const asked = await someAtATime(wishes, async (wish) => ({
      ...wish,
      step: await move({ from, to, amount: 20n, key: wish.key }),
    }))
    const answers = await Promise.all(
      asked.map(async ({ ledger, key, step }) => ({ key, ...(await apply(ledger, step)) })),
    )
    for (const key of keys)
      expect(
        answers
          .filter((one) => one.key === key)
          .map(({ outcome }) => outcome)
          .toSorted(),
      ).toEqual(['applied', 'unknown', 'unknown'])
    expect(await available([from, to])).toEqual([200n, 1_800n])
  })

  it(`apply the same steps once, and give the others the same answer (seed ${SEED})`, async () => {
    const [from = '', to = ''] = await coinsWith(2, 90n)
    const steps = await times(30, async (n) =>
      n % 2 === 0
        ? registerStep(await book.ask({ kind: 'withdrawal', coin: from, amount: 10n, needsDecision: true }))
        : move({ from: to, to: from, amount: 5n }),
    )
    const answers = await Promise.all(
      ledgers.flatMap((ledger, n) => shuffled(steps, SEED + n).map((step) => apply(ledger, step))),
    )
    for (const { operation } of steps) {
      const about = answers.filter((one) => one.operation === operation)
      const [first, ...others] = about.toSorted((a) => (a.outcome === 'repeated' ? 1 : -1))
      expect(others.map(({ outcome }) => outcome)).toEqual(
        first?.outcome === 'applied' || first?.to === 'refused'
          ? ['repeated', 'repeated']
          : ['refused', 'refused'],
      )
      expect(new Set(about.map(({ to: led }) => led)).size).toBe(1)
    }
  })

  // A top-up that is declined touches no balance, whose lock would part the rivals, too.
  it.each(['top_up', 'withdrawal'] as const)(
    `end a race to decide a %s with one (seed ${SEED})`,
    async (kind) => {
      const people = [await book.addPerson('accountant'), await book.addPerson('accountant')] as const
      const coins = await coinsWith(20, 10n)
      const races = await someAtATime(coins, async (coin) => {
        const facts = await book.ask({ kind, coin, amount: 10n, needsDecision: true })
        await apply(ledgers[0], registerStep(facts))
        await book.makeDue(facts.id)
        const [yes, no] = [
          await book.issueTicket(facts.id, people[0], 'accept'),
          await book.issueTicket(facts.id, people[1], 'decline'),
        ]
        return [decided(facts, 'accept', yes), decided(facts, 'decline', no), expireStep(facts)] as const
      })
      const answers = await Promise.all(
        shuffled([...races.entries()], SEED).flatMap(([n, race]) =>
          race.map((step, at) => apply(ledgers[(n + at) % 3], step)),
        ),
      )
      for (const [first] of races) {
        const about = answers.filter(({ operation }) => operation === first.operation)
        expect(about.map(({ outcome }) => outcome).toSorted()).toEqual(['applied', 'late', 'late'])
      }
    },
  )

  it('pass no limit together, with operations that are born in their step', async () => {
    const [from = '', to = ''] = await coinsWith(2, 1_000n)
    const limit = id('lim')
    const rules = {
      ...NOTHING_PINNED,
      limits: [{ limit, qualifier: 'amount', period: 'life', add: '10', max: '100' }] as const,
    }
    const steps = await times(30, () => move({ from, to, amount: 10n, key: String(id('op')), rules }))
    const answers = await Promise.all(steps.map((step, n) => apply(ledgers[n % 3], step)))
    const refusals = answers.map(({ outcome, refusal }) => refusal ?? outcome)
    expect(refusals.filter((one) => one === 'applied')).toHaveLength(10)
    expect(refusals.filter((one) => one === 'limit_exceeded')).toHaveLength(20)
    expect(await available([from, to])).toEqual([900n, 1_100n])
  })

  it(`never stand in each other's way for good, in whatever order they take accounts and limits (seed ${SEED})`, async () => {
    const coins = await coinsWith(6, 1_000n)
    const limits = coins.map(() => id('lim'))
    const picked = fc.sample(
      fc.record({
        from: fc.nat(5),
        hop: fc.integer({ min: 1, max: 5 }),
        amount: fc.bigInt({ min: 1n, max: 60n }),
        isLimited: fc.boolean(),
        by: fc.nat(2),
      }),
      { numRuns: 300, seed: SEED },
    )
    const stepOf = async ({ from, hop, amount, isLimited }: (typeof picked)[number]) => {
      const [coin = '', counter = ''] = [coins[from], coins[(from + hop) % 6]]
      if (!isLimited) return move({ from: coin, to: counter, amount })
      const taken = [limits[from] ?? '', limits[(from + hop) % 6] ?? '']
      const reservations = taken.map(
        (limit) => ({ limit, qualifier: 'amount', period: 'life', add: String(amount), max: '900' }) as const,
      )
      const rules = { ...NOTHING_PINNED, limits: reservations }
      return registerStep(await book.ask({ kind: 'withdrawal', coin, amount, needsDecision: true, rules }))
    }
    const steps = await someAtATime(picked, stepOf)
    const before = await deadlocks()
    // Some at a time, for the more batches meet.
    const rows = await Promise.all(
      ledgers.map(async (ledger, n) => {
        const own = steps.filter((_, at) => picked[at]?.by === n)
        const answers: StepAnswer[] = []
        while (own.length > 0)
          answers.push(...(await Promise.all(own.splice(0, 5).map((step) => apply(ledger, step)))))
        return answers
      }),
    )
    const answers = rows.flat()
    expect(answers).toHaveLength(300)
    expect(answers.filter(({ outcome }) => outcome !== 'applied' && outcome !== 'refused')).toEqual([])
    expect(await deadlocks()).toBe(before)
    expect((await available(coins)).every((left) => left >= 0n)).toBe(true)
  })

  /** Also those that were tried again and went well. */
  async function deadlocks(): Promise<number> {
    await book.owner.raw('select pg_stat_force_next_flush()')
    const found = await book.owner.raw<{ rows: [{ deadlocks: string }] }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    )
    return Number(found.rows[0].deadlocks)
  }

  it('come to what one after another would have come to, in some order that keeps each one’s own', async () => {
    const sent = fc.record({
      from: fc.nat(1),
      amount: fc.bigInt({ min: 10n, max: 120n }),
      isHold: fc.boolean(),
    })
    const run = fc.tuple(...ledgers.map(() => fc.array(sent, { minLength: 1, maxLength: 3 })))
    await fc.assert(
      fc.asyncProperty(run, async (queues) => {
        const coins = await coinsWith(2, 100n)
        const asked = await Promise.all(
          queues.map((queue) =>
            Promise.all(
              queue.map(async (one) => {
                const [from = '', to = ''] = one.from === 0 ? coins : coins.toReversed()
                const { amount } = one
                const step = one.isHold
                  ? registerStep(
                      await book.ask({ kind: 'withdrawal', coin: from, amount, needsDecision: true }),
                    )
                  : await move({ from, to, amount })
                return { ...one, step }
              }),
            ),
          ),
        )
        const answers = await Promise.all(
          asked.map((queue, n) => Promise.all(queue.map(({ step }) => apply(ledgers[n], step)))),
        )
        const got = {
          applied: answers.map((all) => all.map(({ outcome }) => outcome === 'applied')),
          left: await available(coins),
        }
        expect([...orders(queues)].map((order) => serially(order, queues))).toContainEqual(got)
      }),
      { numRuns: 30 },
    )
  })

  type Sent = { readonly from: number; readonly amount: bigint; readonly isHold: boolean }

  /** Every way to shuffle the queues into one another: the queue that comes next, each time. */
  function* orders(queues: readonly (readonly Sent[])[], taken = queues.map(() => 0)): Generator<number[]> {
    const open = [...queues.keys()].filter((n) => (taken[n] ?? 0) < (queues[n]?.length ?? 0))
    if (open.length === 0) yield []
    for (const n of open)
      for (const rest of orders(
        queues,
        taken.map((count, at) => (at === n ? count + 1 : count)),
      ))
        yield [n, ...rest]
  }

  function serially(order: readonly number[], queues: readonly (readonly Sent[])[]) {
    const left = [100n, 100n]
    const applied: boolean[][] = queues.map(() => [])
    for (const n of order) {
      const one = queues[n]?.[applied[n]?.length ?? 0]
      if (!one) throw new Error('an order that is none')
      const isEnough = (left[one.from] ?? 0n) >= one.amount
      applied[n]?.push(isEnough)
      if (!isEnough) continue
      left[one.from] = (left[one.from] ?? 0n) - one.amount
      if (!one.isHold) left[1 - one.from] = (left[1 - one.from] ?? 0n) + one.amount
    }
    return { applied, left }
  }

  it('leave one event and one row of the trail for each change, in one chain', async () => {
    const counts = await inProject(book.owner, book.projectId, (trx) =>
      trx.raw<{ rows: [{ changed: number; events: number; rows: number }] }>(`select
        (select count(*)::int from steps where from_state <> to_state) as changed,
        (select count(*)::int from outbox_events) as events,
        (select count(*)::int from audit_rows where subject_type = 'operation'
          and before ->> 'state' <> after ->> 'state') as rows`),
    )
    const { changed, events, rows } = counts.rows[0]
    expect(changed).toBeGreaterThan(100)
    expect([events, rows]).toEqual([changed, changed])
  })

  async function coinsWith(count: number, funds: bigint) {
    const coins = await times(count, () => book.addCoin())
    for (const coin of coins) await book.fund(coin, funds)
    return coins
  }

  async function available(coins: readonly string[]) {
    const balances = await book.balances()
    return coins.map((coin) => (balances.get(coin)?.posted ?? 0n) - (balances.get(coin)?.held ?? 0n))
  }

  async function move(asked: {
    from: string
    to: string
    amount: bigint
    key?: string
    rules?: PinnedRules
  }) {
    const { from, to, key, ...same } = asked
    const organization = organizations.get(from) ?? (await book.organizationOf(from))
    organizations.set(from, organization)
    const keyed = key === undefined ? {} : { key }
    const more = { organization, askedBy: book.asker, bodyHash: '00', ...keyed, ...same }
    return transferStep(book, id('op'), { coin: from, counterCoin: to, ...more })
  }

  function apply(ledger: Ledger | undefined, step: Step): Promise<StepAnswer> {
    return ledger?.apply(book.projectId, step, 'api') ?? Promise.reject(new Error('no such ledger'))
  }
})

/** In an order of one's own for each seed. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const whole = fc.shuffledSubarray([...items], { minLength: items.length })
  return fc.sample(whole, { numRuns: 1, seed })[0] ?? []
}

const organizations = new Map<string, string>()
