import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo } from 'node:net'
import { connect } from '#db/connection.ts'
import { isOutage } from '#db/is-outage.ts'
import { createDatabase } from '#test/support/database.ts'
import { until } from '#test/support/poll.ts'

const SEEN = / - Client has encountered a connection error and is not queryable$/

describe('what is an outage of Postgres', () => {
  it('a connection that is cut, at once and for each later statement on it', async () => {
    const met = await cutConnection()
    expect(met.length).toBeGreaterThanOrEqual(3)
    expect(met.filter((error) => !isOutage(error))).toEqual([])
  })

  it.each(['Connection terminated unexpectedly', 'select 1 - Connection terminated unexpectedly'])(
    'the words of the driver, with or without the statement: %s',
    (words) => expect(isOutage(new Error(words))).toBe(true),
  )

  it('what the system says of a connection', async () => {
    const nobody = createServer().listen(0, '127.0.0.1')
    await once(nobody, 'listening')
    const { port } = nobody.address() as AddressInfo
    nobody.close()
    await once(nobody, 'close')
    const error: unknown = await new Promise((resolve) => {
      createConnection(port, '127.0.0.1').once('error', resolve)
    })
    expect(error).toMatchObject({ code: 'ECONNREFUSED' })
    expect(isOutage(error)).toBe(true)
  })

  it('but no fault of ours, whatever its statement quotes', () => {
    expect(isOutage(new Error("select 'Connection terminated' as word - syntax error"))).toBe(false)
  })
})

/** What a transaction meets whose connection was cut between two of its statements, for as long as it goes on. */
async function cutConnection(): Promise<unknown[]> {
  const database = await createDatabase()
  const [db, other] = [connect(database.url, 1), connect(database.url, 1)]
  const met: unknown[] = []
  const note = (error: unknown) => void met.push(error)
  try {
    await db
      .transaction(async (trx) => {
        const { rows } = await trx.raw<{ rows: [{ pid: number }] }>('select pg_backend_pid() as pid')
        const waiting = trx.raw('select pg_sleep(3600)').then(() => undefined, note)
        await other.raw('select pg_terminate_backend(?)', [rows[0].pid])
        await waiting
        // The driver needs a moment to see that the connection has closed.
        await until('the driver to see it', async () => {
          await trx.raw('select ? as word', ['something']).then(() => undefined, note)
          return SEEN.test(String(met.at(-1))) || undefined
        })
      })
      .catch(note)
    return met
  } finally {
    await db.destroy()
    await other.destroy()
    await database.drop()
  }
}
