import type { Database } from '#db/connection.ts'
import { countWrongPassword, findLock, forgiveWrongPasswords } from '#db/identity/login-attempts.ts'
import { connect } from '#test/support/connect.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

let database: TestDatabase
let db: Database

beforeEach(async () => {
  database = await createDatabase()
  db = connect(database.url, 8)
})

afterEach(async () => {
  await db.destroy()
  await database.drop()
})

describe('wrong passwords', () => {
  test('lock for half an hour from the fourth, however the others are spread', async () => {
    expect(await wrongAt(0, 20, 40, 60)).toEqual([undefined, undefined, undefined, at(90)])
    expect(await findLock(db, { login, now: at(89) })).toEqual(at(90))
    expect(await findLock(db, { login, now: at(90) })).toBeUndefined()
  })

  test('more than half an hour apart do not add up', async () => {
    expect(await wrongAt(0, 1, 2, 33, 64, 95)).toEqual(Array.from({ length: 6 }))
  })

  test('during the lock do not make it longer', async () => {
    expect(await wrongAt(0, 0, 0, 0, 15, 29)).toEqual([
      undefined,
      undefined,
      undefined,
      at(30),
      at(30),
      at(30),
    ])
  })

  test('after the lock are counted anew, and lock again', async () => {
    await wrongAt(0, 0, 0, 0)
    expect(await wrongAt(31, 32, 33, 34)).toEqual([undefined, undefined, undefined, at(64)])
  })

  test('at the same moment are each counted', async () => {
    const attempt = { login, now: at(0) }
    const locks = await Promise.all(Array.from({ length: 20 }, () => countWrongPassword(db, attempt)))
    expect(locks.filter((lock) => lock === undefined)).toHaveLength(3)
  })

  test('are forgiven by a right one, but not once they have locked', async () => {
    await wrongAt(0, 0, 0)
    expect(await forgiveWrongPasswords(db, { login, now: at(1) })).toBeUndefined()
    await wrongAt(2, 2, 2, 2)
    expect(await forgiveWrongPasswords(db, { login, now: at(3) })).toEqual(at(32))
    expect(await findLock(db, { login, now: at(4) })).toEqual(at(32))
    expect(await forgiveWrongPasswords(db, { login, now: at(33) })).toBeUndefined()
  })

  test('leave no login in clear, and nothing at all when they are old', async () => {
    await wrongAt(0)
    const [row] = await db<{ login_hash: Buffer }>('login_attempts')
    expect(row?.login_hash).toHaveLength(32)
    await countWrongPassword(db, { login: 'joe@example.com', now: at(31) })
    expect(await db('login_attempts')).toHaveLength(1)
  })
})

const login = 'jane@example.com'
const START = Date.parse('2026-01-01T00:00:00Z')

function at(minutes: number): Date {
  return new Date(START + minutes * 60_000)
}

async function wrongAt(...minutes: number[]): Promise<(Date | undefined)[]> {
  const locks = []
  for (const minute of minutes) locks.push(await countWrongPassword(db, { login, now: at(minute) }))
  return locks
}
