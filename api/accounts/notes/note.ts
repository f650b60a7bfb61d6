import type { Knex } from 'knex'
import { z } from 'zod'
import { findMember } from '#db/identity/members.ts'
import type { Note, NoteSubject } from '#db/accounts/notes.ts'
import { findOperation } from '#db/operations/operations.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'

const NOTE_MAX = 4000

/** Some lines of text. */
export const noteText = z
  .string()
  .trim()
  .min(1)
  .max(NOTE_MAX)
  .refine((note) => !/[^\P{Cc}\r\n]/u.test(note), 'must not hold control characters but line breaks')

export const userParams = z.strictObject({ userId: text(64).meta({ description: 'Id of the user' }) })
export const operationParams = z.strictObject({ id: text(64).meta({ description: 'Id of the operation' }) })

export const noteSchema = z
  .strictObject({
    id: z.string(),
    note: z.string(),
    createdAt: z.iso.datetime(),
    author: z.strictObject({ id: z.string(), name: z.string().nullable() }),
  })
  .meta({ id: 'Note' })

export function noteBody(row: Note): z.infer<typeof noteSchema> {
  return {
    id: row.id,
    note: row.note,
    createdAt: row.created_at.toISOString(),
    author: { id: row.made_by, name: row.author_name },
  }
}

/** What may have notes; each looks whether there is such a thing in the project. */
export async function aboutUser(trx: Knex, userId: string): Promise<NoteSubject> {
  if (!(await findMember(trx, userId))) throw notFound('userId', 'user')
  return { column: 'user_id', id: userId }
}

export async function aboutOperation(trx: Knex, id: string): Promise<NoteSubject> {
  if (!(await findOperation(trx, id))) throw notFound('id', 'operation')
  return { column: 'operation_id', id }
}
