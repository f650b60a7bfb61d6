import { randomUUID } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { connect } from '#test/support/connect.ts'
import { expectBankAgrees } from '#test/support/bank-agrees.ts'
import { expectSoundBook } from '#test/support/book.ts'
import { pause, USUAL_MS, type Answer } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
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

  it('every wish becomes one operation with one effect, if its caller insists', async () => {
    const [client, payee] = [await engine.addClient(100_000n), await engine.addClient()]
    const before = await countOperations(engine)
    const wishes: Wish[] = Array.from({ length: 24 }, (_, i) => {
      if (i % 3 === 0) return requestedTopUp(engine, client, '1.00')
      return i % 3 === 1 ? withdrawal(engine, client, '2.00') : transfer(client, payee, '4.00')
    })
    const { result: asked, cuts } = await cutting(
      Promise.all(
        wishes.map(async (wish) => {
          const key = randomUUID()
          const answer = await insist(() => ask(engine, wish, key))
          const waits = answer.body.process.phase === 'awaiting_decision'
          if (waits) await insist(() => decide(engine, answer, { verb: 'accept' }))
          return answer.body.process
        }),
      ),
    )
    expect(cuts).toBeGreaterThan(wishes.length / 2)
    for (const { id } of asked) await engine.reach(client, id, 'processed')
    expect(await countOperations(engine)).toBe(before + wishes.length)
    const balances = await engine.book.balances()
    expect(balances.get(client.coin)).toEqual({ posted: 100_000n + 800n - 1_600n - 3_200n, held: 0n })
    expect(balances.get(payee.coin)).toEqual({ posted: 3_200n, held: 0n })
    await expectSoundBook(engine.book)
    await expectBankAgrees(engine)
  })

  /** Cuts all connections of API and worker each time that the book has come on, until the work is done. */
  async function cutting<Result>(work: Promise<Result>): Promise<{ result: Result; cuts: number }> {
    const db = connect(engine.database.url, 1)
    const working = { on: true }
    const done = work.finally(() => {
      working.on = false
    })
    let [cuts, before] = [0, -1]
    for (; working.on; await Promise.race([pause(LOOK_EVERY_MS), done.catch(() => undefined)])) {
      const booked = await countSteps()
      if (booked === before) continue
      before = booked
      cuts += 1
      await db.raw(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
      )
    }
    await db.destroy()
    return { result: await done, cuts }
  }

  function countSteps() {
    return inProject(engine.book.owner, engine.book.projectId, async (trx) =>
      Number((await trx('steps').count('* as n').first())?.['n']),
    )
  }
})

/** Seldom enough for what was begun to come to an end on any machine: the next cut waits until something has. */
const LOOK_EVERY_MS = 100

/** As a client of the API does: the same call until it is answered. */
function insist(call: () => Promise<Answer>): Promise<Answer> {
  return until('an answer', async () => {
    const answer = await call().catch(() => undefined)
    return answer !== undefined && [200, 201].includes(answer.status) ? answer : undefined
  })
}
