import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { walkThrough } from '#cli/banner/walk-through.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { httpServer } from '#test/support/http-server.ts'

const atEnd = cleanup()

test('the lines of the walk-through work as printed, whatever is in the password', async () => {
  const password = `it's 'not' "$HOME" & %!*\\`
  const bodies: string[] = []
  const server = await httpServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      bodies.push(body)
      response.end(
        '{"authorizationToken":{"token":"t0ken"},"records":[],"coins":[{"availableAmount":"100.00"}]}',
      )
    })
  })
  atEnd(server.stop)
  const lines = walkThrough({
    apiUrl: server.url,
    administrator: { login: 'admin@sluice.local', password },
    run: 'r1',
  })
  const { stdout } = await run('/bin/sh', ['-c', `${lines}\necho "$ADMIN"`])
  expect(JSON.parse(bodies[0] ?? '')).toEqual({ login: 'admin@sluice.local', password })
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('t0ken')
})

const run = promisify(execFile)
