import { once } from 'node:events'
import { connect as connectSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { connect, type Database } from '#db/connection.ts'
import { isOutage } from '#db/is-outage.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { until } from '#test/support/poll.ts'

let database: TestDatabase
let wire: Server
let db: Database
/** Past the wire. */
let beside: Database
const sockets = new Set<Socket>()

/** Postgres over a wire that can be cut. */
beforeAll(async () => {
  database = await createDatabase()
  const { hostname, port } = new URL(database.url)
  wire = createServer((near) => {
    const far = connectSocket(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => to.destroy())
      from.pipe(to)
    }
  })
  wire.listen(0, '127.0.0.1')
  await once(wire, 'listening')
  const url = new URL(database.url)
  url.port = String((wire.address() as AddressInfo).port)
  db = connect(url.href, 2)
  beside = connect(database.url, 1)
})
afterAll(async () => {
  await db.destroy()
  wire.close()
  await emptied()
  await database.drop()
})

/** A backend notices that its wire was cut when it has something to say, which one may never have. */
async function emptied(): Promise<void> {
  await until('the backends to end', async () => {
    const { rows } = await beside.raw<{ rows: unknown[] }>(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    )
    return rows.length === 0 || undefined
  })
  await beside.destroy()
}

const cut = () => {
  for (const socket of sockets) socket.destroy()
  sockets.clear()
}
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error: unknown) => error,
  )

describe('Postgres that is away', () => {
  it('is an outage where the wire is cut under a statement', async () => {
    const statement = "select pg_sleep(3600), 'Connection terminated'"
    const failure = failureOf(Promise.resolve(db.raw(statement)))
    await until('the statement to run', async () => {
      const running = await beside('pg_stat_activity')
        .where({ query: statement, state: 'active' })
        .select('pid')
      return running.length > 0 || undefined
    })
    cut()
    expect([isOutage(await failure), await failure]).toEqual([true, expect.any(Error)])
  })

  it('is an outage where the wire is cut within a transaction', async () => {
    const failure = failureOf(
      db.transaction(async (trx) => {
        await trx.raw('select 1')
        cut()
        await trx.raw('select 2')
      }),
    )
    expect([isOutage(await failure), await failure]).toEqual([true, expect.any(Error)])
  })

  it('is an outage where it ends the connection, or the statement takes too long', async () => {
    const ended = failureOf(Promise.resolve(db.raw('select pg_terminate_backend(pg_backend_pid())')))
    const slow = failureOf(
      db.transaction(async (trx) => {
        await trx.raw('set local statement_timeout = 50')
        await trx.raw('select pg_sleep(5)')
      }),
    )
    expect([isOutage(await ended), isOutage(await slow)]).toEqual([true, true])
  })

  it('is none where a statement is wrong, whatever words stand in it', async () => {
    for (const sql of ['select nothing', 'select 1/0', "select 'x - Connection terminated' from nowhere"])
      expect([sql, isOutage(await failureOf(Promise.resolve(db.raw(sql))))]).toEqual([sql, false])
  })
})
