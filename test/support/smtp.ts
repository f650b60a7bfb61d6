import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

export type Mail = {
  readonly messageId: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly headers: ReadonlyMap<string, unknown>
}

/** What it says to the next recipients and messages, as SMTP reply codes; 0 is a yes. */
export type Replies = { rcpt: number[]; data: number[] }

export type MailServer = {
  readonly url: string
  /** What it has taken, in that order. */
  readonly mails: Mail[]
  /** The next answers; where there is none left it says yes. */
  readonly replies: Replies
  /** While set, it has the message and says nothing. */
  silent: boolean
  stop(): Promise<void>
}

/** A real SMTP server of one's own, without TLS. */
export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: Mail[] = []
  const replies: Replies = { rcpt: [], data: [] }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onRcptTo(_address, _session, done) {
      done(problem(replies.rcpt.shift()))
    },
    onData(stream, session, done) {
      simpleParser(stream).then(
        (mail) => {
          if (running.silent) return
          const reply = problem(replies.data.shift())
          if (!reply)
            mails.push({
              messageId: mail.messageId ?? '',
              from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
              to: session.envelope.rcptTo.map(({ address }) => address).join(),
              subject: mail.subject ?? '',
              text: mail.text ?? '',
              headers: mail.headers,
            })
          done(reply)
        },
        (error: Error) => done(error),
      )
    },
  })
  // A client that gives up is part of the tests.
  server.on('error', () => undefined)
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  const running = {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    replies,
    silent: false,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
  return running
}

function problem(code: number | undefined): Error | null {
  if (!code) return null
  return Object.assign(new Error('no, jane@example.com'), { responseCode: code })
}
