import { inProject } from '#db/connection.ts'
import type { Answer } from './api.ts'
import type { Person } from './engine-people.ts'
import { keepReports } from './keep-reports.ts'
import { useBookApi, useOtherBook } from './use-book-api.ts'

/** A book and the API over it, which starts reports and runs of reconciliation; and another project in the same database. */
export function useReports() {
  const reports = keepReports()
  const { api, book, staff } = useBookApi({ reports })
  return {
    reports,
    api,
    book,
    staff,
    other: useOtherBook(book),
    post: (who: Person, path: string, body?: object): Promise<Answer> =>
      api.call('POST', path, body ? { token: who.token, body } : { token: who.token }),
    audit: (subject: string): Promise<{ action: string; actor_id: string | null }[]> =>
      inProject(book.db, book.projectId, (trx) =>
        trx('audit_rows').where({ subject_id: subject }).orderBy('seq').select('action', 'actor_id'),
      ),
  }
}
