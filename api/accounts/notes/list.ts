import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findNote, listNotes, type Note, type NoteSubject } from '#db/accounts/notes.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { aboutOperation, aboutUser, noteBody, noteSchema, operationParams, userParams } from './note.ts'

const NOTES_MAX = 100

const query = z.strictObject({
  before: text(64).optional().meta({ description: 'Id of a note: only those older than it' }),
})

const answers = {
  200: {
    description: `Newest first, ${NOTES_MAX} at most; older ones by the parameter before`,
    body: z.strictObject({ status: z.literal('ok'), notes: z.array(noteSchema) }),
  },
}

export const getUserNotes = endpoint({
  method: 'get',
  path: '/users/note/:userId',
  family: 'Notes',
  summary: 'Read the notes on a user',
  access: 'NOTE_MANAGER',
  params: userParams,
  query,
  answers,
  async handle({ params, query: { before }, caller }, { db }) {
    const notes = await inProject(db, caller.projectId, async (trx) =>
      list(trx, await aboutUser(trx, params.userId), before),
    )
    return { status: 200, body: { status: 'ok', notes: notes.map(noteBody) } }
  },
})

export const getOperationNotes = endpoint({
  method: 'get',
  path: '/transactions/:id/notes',
  family: 'Notes',
  summary: 'Read the notes on an operation',
  access: 'NOTE_MANAGER',
  params: operationParams,
  query,
  answers,
  async handle({ params, query: { before }, caller }, { db }) {
    const notes = await inProject(db, caller.projectId, async (trx) =>
      list(trx, await aboutOperation(trx, params.id), before),
    )
    return { status: 200, body: { status: 'ok', notes: notes.map(noteBody) } }
  },
})

async function list(trx: Knex, subject: NoteSubject, beforeId: string | undefined): Promise<Note[]> {
  const before = beforeId === undefined ? undefined : await findNote(trx, subject, beforeId)
  if (beforeId !== undefined && !before) throw notFound('before', 'note on it')
  return listNotes(trx, subject, { before, max: NOTES_MAX })
}
