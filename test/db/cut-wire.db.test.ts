import { once } from 'node:events'
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net'
import { connect, type Database } from '#db/connection.ts'
import { isOutage } from '#db/is-outage.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { opened } from '#test/support/opened.ts'
import { until } from '#test/support/poll.ts'
import { useDatabase } from '#test/support/use-database.ts'

const database = useDatabase()
const wire = opened(
  () => openWire(database),
  ({ close }) => close(),
)

describe('Postgres that is away', () => {
  it('is an outage where the wire is cut under a statement', async () => {
    const statement = "select pg_sleep(3600), 'Connection terminated'"
    const failure = failureOf(Promise.resolve(wire.db.raw(statement)))
    await until('the statement to run', async () => {
      const running = await wire
        .beside('pg_stat_activity')
        .where({ query: statement, state: 'active' })
        .select('pid')
      return running.length > 0 || undefined
    })
    wire.cut()
    expect([isOutage(await failure), await failure]).toEqual([true, expect.any(Error)])
  })

  it('is an outage where the wire is cut within a transaction', async () => {
    const failure = failureOf(
      wire.db.transaction(async (trx) => {
        await trx.raw('select 1')
        wire.cut()
        await trx.raw('select 2')
      }),
    )
    expect([isOutage(await failure), await failure]).toEqual([true, expect.any(Error)])
  })

  it('is an outage where it ends the connection, or the statement takes too long', async () => {
    const ended = failureOf(Promise.resolve(wire.db.raw('select pg_terminate_backend(pg_backend_pid())')))
    const slow = failureOf(
      wire.db.transaction(async (trx) => {
        await trx.raw('set local statement_timeout = 50')
        await trx.raw('select pg_sleep(5)')
      }),
    )
    expect([isOutage(await ended), isOutage(await slow)]).toEqual([true, true])
  })

  it('is none where a statement is wrong, whatever words stand in it', async () => {
    for (const sql of ['select nothing', 'select 1/0', "select 'x - Connection terminated' from nowhere"])
      expect([sql, isOutage(await failureOf(Promise.resolve(wire.db.raw(sql))))]).toEqual([sql, false])
  })
})

/** Postgres over a wire that can be cut. */
async function openWire({ url }: TestDatabase) {
  const sockets = new Set<Socket>()
  const { hostname, port } = new URL(url)
  const server = createServer((near) => {
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
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const near = new URL(url)
  near.port = String((server.address() as AddressInfo).port)
  const db = connect(near.href, 2)
  const beside = connect(url, 1)
  return {
    db,
    /** Past the wire. */
    beside,
    cut: () => {
      for (const socket of sockets) socket.destroy()
      sockets.clear()
    },
    close: async () => {
      await db.destroy()
      server.close()
      await emptied(beside)
    },
  }
}

/** A backend notices that its wire was cut when it has something to say, which one may never have. */
async function emptied(beside: Database): Promise<void> {
  await until('the backends to end', async () => {
    const { rows } = await beside.raw<{ rows: unknown[] }>(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`,
    )
    return rows.length === 0 || undefined
  })
  await beside.destroy()
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'none',
    (error: unknown) => error,
  )
}
