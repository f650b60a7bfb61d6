import { pino } from 'pino'
import { inProject } from '#db/connection.ts'
import { addToInbox } from '#db/platforms/inbox.ts'
import { expectSoundBook, id, openTestBook, type TestBook } from '#test/support/book.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import type { Gateway } from '#temporal/gateway.ts'
import { sweep } from '#workers/sweep.ts'

describe('the sweeper', () => {
  let database: TestDatabase
  let book: TestBook
  beforeEach(async () => {
    database = await createDatabase()
    book = await openTestBook(database)
  })
  afterEach(async () => {
    await expectSoundBook(book)
    await book.close()
    await database.drop()
  })

  it('tells a person of wishes whose workflow has ended, and lets them keep no other wish waiting', async () => {
    const stuck = await askMany()
    const { gateway, submitted } = fakeGateway(new Set(stuck), new Set())
    for (let i = 0; i < 4; i += 1) await round(gateway)
    expect(new Set(submitted)).toEqual(new Set(stuck))
    const later = (await book.ask({ coin: await book.addCoin(), amount: 1n })).id
    await round(gateway)
    expect(submitted).toContain(later)
    const told = await inProject(book.db, book.projectId, (trx) =>
      trx('operations').whereIn('id', stuck).whereNotNull('attention').pluck('id'),
    )
    expect(told).toHaveLength(MANY)
  })

  it('lets wishes that it cannot submit keep no other wish waiting', async () => {
    const stuck = await askMany()
    const { gateway, submitted } = fakeGateway(new Set(), new Set(stuck))
    await round(gateway)
    const later = (await book.ask({ coin: await book.addCoin(), amount: 1n })).id
    for (let i = 0; i < 60 && !submitted.includes(later); i += 1) await round(gateway)
    expect(submitted).toContain(later)
  })
  const called = (reference: string) =>
    inProject(book.db, book.projectId, (trx) =>
      addToInbox(trx, {
        id: id('inb'),
        project_id: book.projectId,
        platform: 'simulated',
        event_id: reference,
        type: 'payout.confirmed',
        reference,
        operation_id: null,
        amount: null,
        currency: null,
      }),
    )

  it('lets calls of a platform that it cannot hand on keep no other call waiting', async () => {
    const stuck = Array.from({ length: MANY }, (_, i) => `odd-${i}`)
    for (const reference of stuck) await called(reference)
    const { gateway, submitted } = fakeGateway(new Set(), new Set(stuck))
    await round(gateway)
    await called('good')
    for (let i = 0; i < 60 && !submitted.includes('good'); i += 1) await round(gateway)
    expect(submitted).toContain('good')
  })

  async function askMany() {
    const coin = await book.addCoin()
    const ids: string[] = []
    for (let i = 0; i < MANY; i += 1) ids.push((await book.ask({ coin, amount: 1n })).id)
    return ids
  }

  function round(gateway: Gateway) {
    return sweep({
      db: book.db,
      gateway,
      reports: { start: async () => undefined },
      logger: pino({ level: 'silent' }),
      afterMs: 0,
      unchangedMs: 0,
    })
  }
})

/** More than one round takes. */
const MANY = 60

/** A Temporal in which the workflows of some operations have ended, and that fails on others. */
function fakeGateway(closed: ReadonlySet<string>, failing: ReadonlySet<string>) {
  const submitted: string[] = []
  const gateway: Gateway = {
    submit: ({ id: operation }) => {
      submitted.push(operation)
      if (failing.has(operation)) return Promise.reject(new Error('no way to start it'))
      return Promise.resolve(closed.has(operation) ? 'closed' : 'later')
    },
    decide: () => Promise.resolve('later'),
    deliver: () => Promise.resolve('closed'),
    tellPlatformCalled: (_, reference) => {
      submitted.push(reference)
      return failing.has(reference) ? Promise.reject(new Error('no such id')) : Promise.resolve('closed')
    },
    startReturn: () => Promise.resolve(),
    isOpen: () => Promise.resolve(true),
  }
  return { gateway, submitted }
}
