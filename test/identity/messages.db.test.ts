import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { pino } from 'pino'
import { inProject, type Database } from '#db/connection.ts'
import { queueMessage, type MessageRow, type NewMessage } from '#db/identity/messages.ts'
import { createSecretBox } from '#db/secrets/secret-box.ts'
import { quietPort } from '#embedded/process/ports.ts'
import { createCarriers } from '#integrations/messages/registry.ts'
import type { CarriersConfig } from '#integrations/messages/settings.ts'
import { connect } from '#test/support/connect.ts'
import { id } from '#test/support/book.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { createDatabase } from '#test/support/database.ts'
import { httpServer } from '#test/support/http-server.ts'
import { startMailServer, type MailServer } from '#test/support/smtp.ts'
import { sendMessages } from '#workers/send-messages.ts'
import { PATIENCE_MS } from '#test/support/poll.ts'

const undo = cleanup()
let db: Database
let projectId: string
let atMs: number
let logs: string

beforeEach(async () => {
  const database = await createDatabase()
  undo(() => database.drop())
  db = connect(database.url, 8)
  undo(() => db.destroy())
  projectId = id('prj')
  await db('projects').insert({ id: projectId, key: 'main', name: 'Main' })
  atMs = START
  logs = ''
})

describe('a message that is queued', () => {
  test('lies sealed in the database until it is sent, and is nowhere after', async () => {
    await queue()
    const waiting = await row()
    expect(waiting).toMatchObject({ text: null, code: null, attempts: 0, due_at: now() })
    expect(waiting.sealed?.includes('271828')).toBe(false)
    await round(email(await mailServer()))
    expect(await row()).toMatchObject({
      text: null,
      sealed: null,
      due_at: null,
      attempts: 1,
      sent_at: now(),
      given_up_at: null,
      last_error: null,
    })
  })

  test('arrives as it was written, under its own id', async () => {
    const server = await mailServer()
    await queue({ subject: 'Grüße', text: 'Zeile 1\nZeile 2 € 5' })
    await round(email(server))
    expect(server.mails).toHaveLength(1)
    expect(server.mails[0]).toMatchObject({
      messageId: `<${(await row()).wire_id}@sluice.example>`,
      from: 'no-reply@sluice.example',
      to: 'jane@example.com',
      subject: 'Grüße',
    })
    expect(server.mails[0]?.text.trim()).toBe('Zeile 1\nZeile 2 € 5')
    expect(server.mails[0]?.headers.get('auto-submitted')).toBe('auto-generated')
  })

  test('is sent once, though several senders work at once', async () => {
    const server = await mailServer()
    for (let i = 0; i < 12; i += 1) await queue({ subject: `Number ${i}` })
    await Promise.all([round(email(server)), round(email(server)), round(email(server))])
    expect(server.mails.map(({ subject }) => subject).toSorted()).toEqual(
      Array.from({ length: 12 }, (_none, i) => `Number ${i}`).toSorted(),
    )
    await round(email(server))
    expect(server.mails).toHaveLength(12)
  })

  test('is dropped where nothing can deliver it', async () => {
    await inProject(db, projectId, (trx) =>
      queueMessage(
        trx,
        { sandbox: false, channels: ['sms'], secretBox: createSecretBox(KEY), now },
        {
          projectId,
          to: { text: 'jane@example.com', channel: 'email' },
          subject: 'Hello',
          text: 'x',
        },
      ),
    )
    expect(await rows()).toEqual([])
  })

  test('of another project is not seen by one', async () => {
    await queue()
    const other = id('prj')
    await db('projects').insert({ id: other, key: 'other', name: 'Other' })
    expect(await inProject(db, other, (trx) => trx('messages'))).toEqual([])
  })
})

describe('e-mail', () => {
  test('waits while the server is down, longer each time, and goes out once it is up', async () => {
    const port = await quietPort()
    const config = email({ url: `smtp://127.0.0.1:${port}` })
    await queue()
    const pauses = []
    for (let i = 0; i < 4; i += 1) {
      await round(config)
      const { due_at, last_error, sealed } = await row()
      expect(last_error).toBe('smtp ESOCKET')
      expect(sealed).not.toBeNull()
      pauses.push((Number(due_at) - atMs) / 1_000)
      await round(config)
      atMs = Number(due_at)
    }
    expect(pauses).toEqual([30, 60, 120, 240])
    expect((await row()).attempts).toBe(4)
    const server = await mailServer(port)
    await round(config)
    expect(server.mails).toHaveLength(1)
  })

  test('is sent again after a greylisting, under the same id', async () => {
    const server = await mailServer()
    server.replies.rcpt.push(451)
    server.replies.data.push(452)
    await queue()
    await round(email(server))
    expect(await row()).toMatchObject({ last_error: 'smtp 451', sent_at: null })
    atMs += 60_000
    await round(email(server))
    expect(await row()).toMatchObject({ last_error: 'smtp 452', sent_at: null })
    atMs += 600_000
    await round(email(server))
    expect(server.mails.map(({ messageId }) => messageId)).toEqual([
      `<${(await row()).wire_id}@sluice.example>`,
    ])
    expect(await row()).toMatchObject({ attempts: 3, last_error: null, sent_at: now() })
  })

  test.each([
    ['the recipient', 'rcpt'],
    ['the message', 'data'],
  ] as const)('is given up where the server refuses %s for good, and its text removed', async (_what, at) => {
    const server = await mailServer()
    server.replies[at].push(550)
    await queue()
    await round(email(server))
    expect(await row()).toMatchObject({
      sealed: null,
      due_at: null,
      sent_at: null,
      given_up_at: now(),
      last_error: 'smtp 550',
    })
    atMs += 3_600_000
    await round(email(server))
    expect(server.mails).toEqual([])
  })

  test('is sent again after a server that has the message and says nothing', async () => {
    const server = await mailServer()
    server.silent = true
    await queue()
    await round(email(server, SILENCE_MS))
    expect(await row()).toMatchObject({ sent_at: null, attempts: 1 })
    expect((await row()).last_error).toMatch(/^smtp (EABORT|ETIMEDOUT)$/)
    server.silent = false
    atMs += 60_000
    await round(email(server))
    expect(server.mails).toHaveLength(1)
  })

  test('whose time is over is not sent any more', async () => {
    const server = await mailServer()
    server.replies.rcpt.push(451)
    await queue({ usefulMs: 600_000 })
    await round(email(server))
    atMs += 600_000
    await round(email(server))
    expect(server.mails).toEqual([])
    expect(await row()).toMatchObject({ sealed: null, given_up_at: now(), last_error: 'smtp 451' })
  })

  test('that was sealed with another key stays until the key is back', async () => {
    const server = await mailServer()
    await queue()
    await round(email(server), randomBytes(32).toString('base64'))
    expect(await row()).toMatchObject({ last_error: 'sealed with another key', sent_at: null })
    atMs += 60_000
    await round(email(server))
    expect(server.mails).toHaveLength(1)
  })

  test('for one that is refused does not keep the others waiting', async () => {
    const server = await mailServer()
    server.replies.rcpt.push(550, 451)
    for (let i = 0; i < 6; i += 1) await queue()
    await round(email(server))
    expect(server.mails).toHaveLength(4)
  })

  test('leaves neither recipient nor text nor the server’s words in errors and logs', async () => {
    const server = await mailServer()
    server.replies.rcpt.push(451, 550)
    await queue()
    await queue()
    await round(email(server))
    const errors = (await rows()).map(({ last_error }) => String(last_error)).toSorted()
    expect(errors).toEqual(['smtp 451', 'smtp 550'])
    expect(logs).toContain('a message was not delivered')
    for (const secret of ['jane', '271828']) expect(logs).not.toContain(secret)
  })

  test('goes under TLS wherever it leaves this machine', async () => {
    const server = await mailServer()
    // An address of this machine which does not look like one.
    const elsewhere = server.url.replace('127.0.0.1', '0.0.0.0')
    await queue()
    await round(email({ url: elsewhere }))
    expect(server.mails).toEqual([])
    expect(await row()).toMatchObject({ sent_at: null, given_up_at: null, last_error: 'smtp 500' })
  })
})

describe('a text message', () => {
  test('goes to the provider with its id, once', async () => {
    const { asked, config } = await provider([])
    await queue(bySms)
    const { wire_id } = await row()
    await round(config)
    await round(config)
    expect(asked).toEqual([
      {
        authorization: 'Bearer sms-token',
        body: { to: '+12025550123', text: CODE_TEXT, id: wire_id },
      },
    ])
    expect(await row()).toMatchObject({ sent_at: now(), sealed: null })
  })

  test.each([
    [500, 'http 500'],
    [429, 'http 429'],
    [401, 'http 401'],
    [302, 'http 302'],
    ['silence', 'http TimeoutError'],
  ] as const)('that is answered by %s is sent again later, under the same id', async (first, error) => {
    const { asked, config } = await provider([first])
    await queue(bySms)
    await round(config)
    expect(await row()).toMatchObject({ sent_at: null, last_error: error })
    atMs += 30_000
    await round(config)
    expect(asked).toHaveLength(2)
    expect(asked[1]).toEqual(asked[0])
    expect(await row()).toMatchObject({ sent_at: now(), attempts: 2, last_error: null })
  })

  test('that the provider refuses is given up', async () => {
    const { asked, config } = await provider([422])
    await queue(bySms)
    await round(config)
    atMs += 3_600_000
    await round(config)
    expect(asked).toHaveLength(1)
    expect(await row()).toMatchObject({ given_up_at: new Date(START), sealed: null, last_error: 'http 422' })
  })

  test('waits where no provider is configured', async () => {
    await queue(bySms)
    await round(email(await mailServer()))
    expect(await row()).toMatchObject({ last_error: 'no carrier', sent_at: null, given_up_at: null })
  })

  test('does not leave this machine without TLS', () => {
    expect(() => createCarriers({ sms: { url: 'http://sms.example.com/send', token: 't' } })).toThrow('https')
  })
})

/** For a message to have been taken by then, on a slow machine too. */
const SILENCE_MS = 1_000
const START = Date.parse('2026-01-01T00:00:00Z')
const FROM = 'Sluice <no-reply@sluice.example>'
const KEY = randomBytes(32).toString('base64')
const CODE_TEXT = 'Your code is 271828.'

const now = () => new Date(atMs)

async function queue(more: Partial<NewMessage> = {}): Promise<void> {
  const outbox = {
    sandbox: false,
    channels: ['email', 'sms'],
    secretBox: createSecretBox(KEY),
    now,
  } as const
  await inProject(db, projectId, (trx) =>
    queueMessage(trx, outbox, {
      projectId,
      to: { text: 'jane@example.com', channel: 'email' },
      subject: 'Hello',
      text: CODE_TEXT,
      ...more,
    }),
  )
}

const bySms = { to: { text: '+12025550123', channel: 'sms' } } as const

/** One round of the sender, as a worker makes it. */
async function round(config: CarriersConfig, key = KEY): Promise<void> {
  await sendMessages({
    db,
    carriers: createCarriers(config),
    secretBox: createSecretBox(key),
    logger: pino({ level: 'trace' }, { write: (line: string) => (logs += line) }),
    now,
  })
}

const rows = (): Promise<MessageRow[]> =>
  inProject(db, projectId, async (trx) => trx<MessageRow>('messages').orderBy('id'))

async function row(): Promise<MessageRow> {
  const [only] = await rows()
  if (!only) throw new Error('there is no message')
  return only
}

async function mailServer(port?: number): Promise<MailServer> {
  const server = await startMailServer(port)
  undo(() => server.stop())
  return server
}

function email(server: Pick<MailServer, 'url'>, timeoutMs = PATIENCE_MS): CarriersConfig {
  return { email: { url: server.url, from: FROM, timeoutMs } }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return JSON.parse(text)
}

type Asked = { readonly body: unknown; readonly authorization: string | undefined }

async function provider(answers: (number | 'silence')[]) {
  const asked: Asked[] = []
  const server = await httpServer((request, response) => {
    void readBody(request).then((body) => {
      asked.push({ body, authorization: request.headers.authorization })
      const answer = answers.shift() ?? 200
      if (answer === 'silence') return
      response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end('{"jane":1}')
    })
  })
  undo(server.stop)
  const timeoutMs = answers.includes('silence') ? SILENCE_MS : PATIENCE_MS
  const sms = { url: `${server.url}/send`, token: 'sms-token', timeoutMs }
  return { asked, config: { sms } satisfies CarriersConfig }
}
