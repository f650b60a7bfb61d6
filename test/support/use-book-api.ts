import { startTestApi } from './api.ts'
import { openTestBook, type TestBook } from './book.ts'
import { hirePeople, type Person } from './engine-people.ts'
import { opened } from './opened.ts'
import type { ApiOptions } from './use-api.ts'
import { useBook } from './use-book.ts'
import type { TestDatabase } from './database.ts'

/** A book of this suite's own, its staff with their tokens, and all endpoints over it. After each case every law of the book holds. */
export function useBookApi(options: ApiOptions = {}) {
  const book = useBook()
  const api = opened(
    () => startTestApi({ databaseUrl: book.database.url, ...options }),
    (started) => started.stop(),
  )
  return { api, book, staff: opened(() => hirePeople(book)) }
}

export type BookApi = ReturnType<typeof useBookApi>

/** Another project in the same database, with an accountant who must learn nothing of the first. */
export function useOtherBook(first: { readonly database: TestDatabase }) {
  return opened(
    () => openStaffedBook(first.database),
    ({ close }) => close(),
  )
}

async function openStaffedBook(database: TestDatabase): Promise<TestBook & { accountant: Person }> {
  const book = await openTestBook(database)
  const { accountant } = await hirePeople(book)
  return { ...book, accountant }
}
