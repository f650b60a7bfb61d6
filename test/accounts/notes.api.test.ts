import { randomBytes } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { newId } from '#domain/ids.ts'
import type { Answer } from '#test/support/api.ts'
import { addIssuer, freshCode, refusalOf } from '#test/support/catalogue.ts'
import { connect } from '#test/support/connect.ts'
import { opened } from '#test/support/opened.ts'
import { createStaff, registerClient, type Person } from '#test/support/people.ts'
import { useApi } from '#test/support/use-api.ts'

const api = useApi()
const compliance = opened(() => createStaff(api.call, 'compliance_specialist'))
const support = opened(() => createStaff(api.call, 'customer_support'))
const client = opened(() => registerClient(api.call))
let operation: string
beforeAll(async () => {
  operation = await addOperation(client)
})

/** Both kinds of notes are written and read in the same way. */
const SUBJECTS = ['user', 'operation'] as const

describe.each(SUBJECTS)('a note on a %s', (subject) => {
  test('is read with its author and time by all who may, newest first', async () => {
    const first = await write(subject, { note: 'Called today.\nSpoke of Ada.' })
    expect(first).toMatchObject({ status: 201, body: { status: 'ok' } })
    expect(first.at('noteDto')).toEqual({
      id: expect.any(String),
      note: 'Called today.\nSpoke of Ada.',
      createdAt: expect.any(String),
      author: { id: compliance.id, name: null },
    })
    const second = await write(subject, { note: 'Called again' }, { by: support })
    const notes = (await readNotes(subject, { by: support })).at('notes') as Listed[]
    expect(notes.slice(0, 2)).toEqual([second.at('noteDto'), first.at('noteDto')])
    const older = await readNotes(subject, { query: `?before=${second.text('noteDto.id')}` })
    expect(older.at('notes')).toEqual(notes.slice(1))
    const oldest = await readNotes(subject, { query: `?before=${notes.at(-1)?.id}` })
    expect(oldest.at('notes')).toEqual([])
  })

  test('is in the trail by its id alone', async () => {
    const id = (await write(subject, { note: 'Ada sold a kidney' })).text('noteDto.id')
    const filter = { subjectIds: [idOf(subject)], actions: ['note.create'] }
    const trail = await as(api.admin)('POST', '/audit-trails/view', { filter })
    expect(trail.at('records.0')).toMatchObject({
      actor: { id: compliance.id },
      subjectType: subject,
      before: null,
      after: { noteId: id },
    })
    expect(JSON.stringify(trail.body)).not.toContain('kidney')
  })

  test('is never changed or removed', async () => {
    const id = (await write(subject, { note: 'For ever' })).text('noteDto.id')
    const row = { id }
    for (const attempt of [
      inProject(api.db, api.projectId, (trx) => trx('notes').where(row).update({ note: 'x' })),
      inProject(api.db, api.projectId, (trx) => trx('notes').where(row).delete()),
    ])
      await expect(attempt).rejects.toThrow('append-only')
    expect(await textsOf(subject)).toContain('For ever')
  })

  test('is not for clients, other roles, or another project', async () => {
    const before = await textsOf(subject)
    const accountant = await createStaff(api.call, 'accountant')
    const stranger = await api.addStranger(freshCode().toLowerCase())
    const statuses = []
    for (const by of [client, accountant, stranger])
      statuses.push(
        (await write(subject, { note: 'Mine' }, { by })).status,
        (await readNotes(subject, { by })).status,
      )
    expect(statuses).toEqual([403, 403, 403, 403, 404, 404])
    expect(await textsOf(subject)).toEqual(before)
  })

  test.each<[string, object, string]>([
    ['nothing', { note: '' }, 'note'],
    ['blanks', { note: ' \n ' }, 'note'],
    ['no note', {}, 'note'],
    ['too much', { note: 'x'.repeat(4001) }, 'note'],
    ['a list', { note: ['x'] }, 'note'],
    ['a bell', { note: 'a\u0007b' }, 'note'],
    ['an author of its own', { note: 'x', author: 'me' }, 'author'],
  ])('that says %s is refused by name', async (_what, body, parameter) => {
    const before = await textsOf(subject)
    const answer = await write(subject, body)
    expect(refusalOf(answer)).toEqual({ status: 400, code: 'validation_failed', parameters: [parameter] })
    expect(await textsOf(subject)).toEqual(before)
  })

  test('on nothing, or older than a note that is not there, is refused', async () => {
    const parameters = [subject === 'user' ? 'userId' : 'id']
    const missing = { status: 404, code: 'not_found', parameters }
    expect(refusalOf(await write(subject, { note: 'x' }, { id: 'x_nothing' }))).toEqual(missing)
    expect(refusalOf(await readNotes(subject, { id: 'x_nothing' }))).toEqual(missing)
    expect(refusalOf(await readNotes(subject, { query: '?before=note_x' })).parameters).toEqual(['before'])
    expect(refusalOf(await readNotes(subject, { query: '?after=note_x' })).status).toBe(400)
  })
})

test('a note on one is not a note on another, and no place to go on from', async () => {
  const onUser = (await write('user', { note: 'On the user' })).text('noteDto.id')
  await write('operation', { note: 'On the operation' })
  expect(await textsOf('operation')).not.toContain('On the user')
  expect(await textsOf('user')).not.toContain('On the operation')
  const another = await registerClient(api.call)
  expect((await readNotes('user', { id: another.id })).at('notes')).toEqual([])
  expect((await readNotes('operation', { query: `?before=${onUser}` })).status).toBe(404)
})

test('what a client reads holds no notes', async () => {
  await write('user', { note: 'Watch this one' })
  await write('operation', { note: 'Watch this one' })
  const seen = [await as(client)('GET', '/users/me'), await as(client)('GET', `/transactions/${operation}`)]
  expect(seen.map(({ status }) => status)).toEqual([200, 200])
  expect(JSON.stringify(seen.map(({ body }) => body))).not.toContain('Watch')
})

function as({ token }: { readonly token: string }) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

/** One that waits, as a request leaves it: there is no Temporal in this suite. */
async function addOperation(of: Person): Promise<string> {
  const { issuerId } = await addIssuer(api.call, api.admin.token)
  const serial = (await as(of)('POST', '/coins', { name: 'Mine', issuerId })).text('serial')
  const id = newId('op', Date.now(), randomBytes(16))
  // As the owner, for only the book's functions write operations.
  const owner = connect(api.database.ownerUrl, 1)
  await inProject(owner, api.projectId, async (trx) => {
    const coin = (await trx('coins').where({ serial }).first('id')) as { id: string }
    await trx('operations').insert({
      id,
      project_id: api.projectId,
      kind: 'top_up',
      needs_decision: true,
      state: 'awaiting_decision',
      coin_id: coin.id,
      issuer_id: issuerId,
      organization_id: of.organizationId,
      amount: 100,
      sender_amount: 100,
      recipient_amount: 100,
      asked_by: of.id,
    })
  })
  await owner.destroy()
  return id
}

type Listed = { id: string; note: string; createdAt: string }

type Subject = (typeof SUBJECTS)[number]

function idOf(subject: Subject): string {
  return subject === 'user' ? client.id : operation
}

type Asked = { readonly by?: { readonly token: string }; readonly id?: string; readonly query?: string }

function write(subject: Subject, body: object, asked: Asked = {}): Promise<Answer> {
  const { by = compliance, id = idOf(subject) } = asked
  return subject === 'user'
    ? as(by)('POST', '/users/note', { userId: id, ...body })
    : as(by)('POST', `/transactions/${id}/notes`, body)
}

function readNotes(subject: Subject, asked: Asked = {}): Promise<Answer> {
  const { by = compliance, id = idOf(subject), query = '' } = asked
  return as(by)('GET', (subject === 'user' ? `/users/note/${id}` : `/transactions/${id}/notes`) + query)
}

async function textsOf(subject: Subject): Promise<string[]> {
  return ((await readNotes(subject)).at('notes') as Listed[]).map(({ note }) => note)
}
