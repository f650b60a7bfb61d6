import { createLedger } from '#ledger/ledger.ts'
import { expectSoundBook, openTestBook } from './book.ts'
import { createDatabase } from './database.ts'
import { opened } from './opened.ts'

/** A project with one issuer on a database of this suite's own, and a ledger over it. After each case every law of the book holds. */
export function useBook() {
  const book = opened(openOwnBook, async ({ close, database }) => {
    await close()
    await database.drop()
  })
  afterEach(() => expectSoundBook(book))
  return book
}

async function openOwnBook() {
  const database = await createDatabase()
  const book = await openTestBook(database)
  return { ...book, database, ledger: createLedger(book.db) }
}
