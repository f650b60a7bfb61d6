import { httpServer } from '#test/support/http-server.ts'

export type ReceivedCall = {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly rawBody: string
}

export type CallReceiver = {
  readonly url: string
  readonly calls: readonly ReceivedCall[]
  readonly stop: () => Promise<void>
}

/** Takes the bank's calls. @param answers the status for the first call, the second, …; then 204. */
export async function startCallReceiver(answers: readonly number[] = []): Promise<CallReceiver> {
  const calls: ReceivedCall[] = []
  const server = await httpServer((req, res) => {
    let rawBody = ''
    req.setEncoding('utf8')
    req.on('data', (part: string) => {
      rawBody += part
    })
    req.on('end', () => {
      res.writeHead(answers[calls.length] ?? 204).end()
      calls.push({ headers: req.headers as ReceivedCall['headers'], rawBody })
    })
  })
  return { ...server, calls }
}
