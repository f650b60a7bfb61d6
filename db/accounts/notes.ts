import type { Knex } from 'knex'

/** What a note is about: a user or an operation. */
export type NoteSubject = { readonly column: 'user_id' | 'operation_id'; readonly id: string }

export type Note = {
  id: string
  note: string
  made_by: string
  /** Null where the author has given none. */
  author_name: string | null
  created_at: Date
}

type NewNote = Pick<Note, 'id' | 'note' | 'made_by'> & { readonly project_id: string }

export async function addNote(trx: Knex, subject: NoteSubject, note: NewNote): Promise<void> {
  await trx('notes').insert({ ...note, [subject.column]: subject.id })
}

export async function findNote(trx: Knex, subject: NoteSubject, id: string): Promise<Note | undefined> {
  const [found] = await notesOn(trx, subject).where('n.id', id)
  return found
}

/** Newest first; only those older than `before`, a note on the same subject, where one is given. */
export async function listNotes(
  trx: Knex,
  subject: NoteSubject,
  { before, max }: { readonly before?: Note | undefined; readonly max: number },
): Promise<Note[]> {
  const query = notesOn(trx, subject)
  if (before) {
    const last = trx('notes').where({ id: before.id }).select('created_at', 'id')
    void query.whereRaw('(n.created_at, n.id) < (?)', [last])
  }
  return query.limit(max)
}

/** On any of these users, newest first. */
export async function listNotesOnUsers(trx: Knex, userIds: readonly string[], max: number): Promise<Note[]> {
  return notes(trx)
    .whereIn('n.user_id', [...userIds])
    .limit(max)
}

function notesOn(trx: Knex, { column, id }: NoteSubject): Knex.QueryBuilder<Note, Note[]> {
  return notes(trx).where(`n.${column}`, id)
}

function notes(trx: Knex): Knex.QueryBuilder<Note, Note[]> {
  return trx('notes as n')
    .leftJoin('members as m', 'm.person_id', 'n.made_by')
    .orderBy([
      { column: 'n.created_at', order: 'desc' },
      { column: 'n.id', order: 'desc' },
    ])
    .select('n.id', 'n.note', 'n.made_by', 'm.name as author_name', 'n.created_at')
}
