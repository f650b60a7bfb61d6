import { randomUUID } from 'node:crypto'
import { connect } from '#test/support/connect.ts'
import { expectBankAgrees } from '#test/support/bank-agrees.ts'
import { expectSoundBook } from '#test/support/book.ts'
import { USUAL_MS, type Answer } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { until } from '#test/support/poll.ts'
import { someAtATime } from '#test/support/some-at-a-time.ts'
import { useEngine } from '#test/support/use-engine.ts'
import {
  ask,
  countOperations,
  decide,
  requestedTopUp,
  transfer,
  withdrawal,
  type Wish,
} from '#test/support/wishes.ts'

describe('while connections to Postgres are cut again and again', () => {
  const engine = useEngine({ keepLogs: true, answerWithinMs: USUAL_MS })
  const cutter = opened(
    async () => ({ db: connect(engine.database.url, 1) }),
    ({ db }) => db.destroy(),
  )

  it('every wish becomes one operation with one effect, if its caller insists', async () => {
    const [client, payee] = [await engine.addClient(100_000n), await engine.addClient()]
    const before = await countOperations(engine)
    const wishes: Wish[] = Array.from({ length: 24 }, (_, i) => {
      if (i % 3 === 0) return requestedTopUp(engine, client, '1.00')
      return i % 3 === 1 ? withdrawal(engine, client, '2.00') : transfer(client, payee, '4.00')
    })
    const asked = await someAtATime(wishes, async (wish) => {
      const key = randomUUID()
      const answer = await cutWhile(insist(() => ask(engine, wish, key)))
      const waits = answer.body.process.phase === 'awaiting_decision'
      if (waits) await cutWhile(insist(() => decide(engine, answer, { verb: 'accept' })))
      return answer.body.process
    })
    for (const { id } of asked) await engine.reach(client, id, 'processed')
    expect(await countOperations(engine)).toBe(before + wishes.length)
    const balances = await engine.book.balances()
    expect(balances.get(client.coin)).toEqual({ posted: 100_000n + 800n - 1_600n - 3_200n, held: 0n })
    expect(balances.get(payee.coin)).toEqual({ posted: 3_200n, held: 0n })
    await expectSoundBook(engine.book)
    await expectBankAgrees(engine)
  })

  /** Cuts all connections of API and worker while this is under way: at each call once, so that on any machine the work gets on. */
  async function cutWhile<Result>(calling: Promise<Result>): Promise<Result> {
    await cutter.db.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    )
    return calling
  }
})

/** As a client of the API does: the same call until it is answered. */
function insist(call: () => Promise<Answer>): Promise<Answer> {
  return until('an answer', async () => {
    const answer = await call().catch(() => undefined)
    return answer !== undefined && [200, 201].includes(answer.status) ? answer : undefined
  })
}
