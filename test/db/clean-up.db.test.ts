import { randomBytes } from 'node:crypto'
import { cleanUp } from '#db/upkeep/clean-up.ts'
import { inProject, type Database } from '#db/connection.ts'
import { queueMessage, recordTry } from '#db/identity/messages.ts'
import { replaceCode } from '#db/identity/one-time-codes.ts'
import { createSecretBox } from '#db/secrets/secret-box.ts'
import { connect } from '#test/support/connect.ts'
import { openTestBook, type TestBook } from '#test/support/book.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

let database: TestDatabase
let db: Database
let book: TestBook

beforeEach(async () => {
  database = await createDatabase()
  db = connect(database.url, 2)
  book = await openTestBook(database)
})

afterEach(async () => {
  await book.close()
  await db.destroy()
  await database.drop()
})

test('tokens go once they have expired', async () => {
  const add = (ms: number) =>
    db('tokens').insert({
      token_hash: randomBytes(32),
      person_id: book.asker,
      project_id: book.projectId,
      member_id: 'mem',
      expires_at: after(ms),
    })
  await add(HOUR_MS)
  await add(2 * HOUR_MS)
  await cleanUp(db, after(HOUR_MS - 1))
  expect(await db('tokens')).toHaveLength(2)
  await cleanUp(db, after(HOUR_MS))
  expect(await db('tokens')).toMatchObject([{ expires_at: after(2 * HOUR_MS) }])
})

test('codes go once they have expired and no longer count against the limit', async () => {
  const code = { login: 'jane@example.com', projectId: book.projectId, codeHash: 'x' } as const
  await replaceCode(db, { ...code, purpose: 'recovery' }, start)
  await replaceCode(db, { ...code, purpose: 'sign_in', step: 'otp' }, after(HOUR_MS / 2))
  await cleanUp(db, after(HOUR_MS - 1))
  expect(await db('one_time_codes')).toHaveLength(2)
  await cleanUp(db, after(HOUR_MS))
  expect(await db('one_time_codes')).toMatchObject([{ purpose: 'sign_in' }])
})

test('messages go a month after they were settled; those that wait, and the sandbox’s, stay', async () => {
  const { projectId } = book
  const outbox = {
    channels: ['email'],
    secretBox: createSecretBox('k'.repeat(43)),
    now: () => start,
  } as const
  const to = { text: 'jane@example.com', channel: 'email' } as const
  const message = { projectId, to, text: 'text' }
  const kept = () => inProject(db, projectId, (trx) => trx('messages').orderBy('id').pluck('subject'))
  await inProject(db, projectId, async (trx) => {
    await queueMessage(trx, { ...outbox, sandbox: true }, { ...message, subject: 'sandbox' })
    for (const subject of ['waiting', 'sent', 'given up'])
      await queueMessage(trx, { ...outbox, sandbox: false }, { ...message, subject })
    const rows: { id: string; subject: string }[] = await trx('messages')
    for (const { id, subject } of rows) {
      if (subject === 'sent') await recordTry(trx, id, { outcome: { kind: 'sent' }, now: start })
      if (subject === 'given up')
        await recordTry(trx, id, { outcome: { kind: 'given_up', error: 'smtp 550' }, now: start })
    }
  })
  await cleanUp(db, after(29 * DAY_MS))
  expect(await kept()).toEqual(['sandbox', 'waiting', 'sent', 'given up'])
  await cleanUp(db, after(30 * DAY_MS + HOUR_MS))
  expect(await kept()).toEqual(['sandbox', 'waiting'])
})

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const start = new Date()

function after(ms: number): Date {
  return new Date(start.getTime() + ms)
}
