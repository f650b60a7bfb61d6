import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { addNote, findNote, type Note, type NoteSubject } from '#db/accounts/notes.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { aboutOperation, aboutUser, noteBody, noteSchema, noteText, operationParams } from './note.ts'

const DESCRIPTION =
  'For staff only; clients never see it. It stays as it is: a mistake is put right by another note.'

const answers = {
  201: {
    description: 'Noted',
    body: z.strictObject({ status: z.literal('ok'), noteDto: noteSchema }),
  },
}

export const addUserNote = endpoint({
  method: 'post',
  path: '/users/note',
  family: 'Notes',
  summary: 'Note something about a user',
  description: DESCRIPTION,
  access: 'NOTE_MANAGER',
  body: z.strictObject({ userId: text(64), note: noteText }),
  alsoRefuses: [404],
  answers,
  async handle({ body: { userId, note }, caller }, { db, newId }) {
    const added = await inProject(db, caller.projectId, async (trx) =>
      add(trx, caller, { id: newId('note'), note, subject: await aboutUser(trx, userId) }),
    )
    return { status: 201, body: { status: 'ok', noteDto: noteBody(added) } }
  },
})

export const addOperationNote = endpoint({
  method: 'post',
  path: '/transactions/:id/notes',
  family: 'Notes',
  summary: 'Note something about an operation',
  description: DESCRIPTION,
  access: 'NOTE_MANAGER',
  params: operationParams,
  body: z.strictObject({ note: noteText }),
  answers,
  async handle({ params, body: { note }, caller }, { db, newId }) {
    const added = await inProject(db, caller.projectId, async (trx) =>
      add(trx, caller, { id: newId('note'), note, subject: await aboutOperation(trx, params.id) }),
    )
    return { status: 201, body: { status: 'ok', noteDto: noteBody(added) } }
  },
})

type Adding = { readonly id: string; readonly note: string; readonly subject: NoteSubject }

async function add(trx: Knex, caller: Caller, { id, note, subject }: Adding): Promise<Note> {
  await addNote(trx, subject, { id, note, made_by: caller.personId, project_id: caller.projectId })
  const added = await findNote(trx, subject, id)
  if (!added) throw new Error(`Note ${id} was added and is not there.`)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'note.create',
      subjectType: subject.column === 'user_id' ? 'user' : 'operation',
      subjectId: subject.id,
      // Without its text, which may say anything about a person.
      after: { noteId: id },
    },
  ])
  return added
}
