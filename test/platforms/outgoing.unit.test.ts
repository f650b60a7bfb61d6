import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { createOutgoing, type OutgoingOptions } from '#integrations/http/send.ts'
import { opened } from '#test/support/opened.ts'
import { PATIENCE_MS } from '#test/support/poll.ts'

const peer = opened(listen, ({ stop }) => stop())
let connections: number
/** What the peer does with whoever connects. */
let serve: (socket: Socket) => void
beforeEach(() => {
  connections = 0
  serve = answering('HTTP/1.1 200 OK\r\nX-Some: Thing\r\nContent-Length: 2\r\n\r\nhi')
})

describe('what is not called', () => {
  test.each([
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '10.0.0.1',
    '192.168.1.1',
    '172.16.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '[fe80::1]',
    '[fd00::1]',
    '[64:ff9b::7f00:1]',
    'localhost',
    'some.localhost',
  ])('%s is refused before anything is looked up or connected to', async (host) => {
    let looked = 0
    const answer = await get(`https://${host}:${peer.port}/`, {
      lookUp: async () => {
        looked += 1
        return []
      },
      build: () => {
        throw new Error('a connector was asked for')
      },
    })
    expect(answer).toEqual({ kind: 'not_sent', reason: 'address_refused' })
    expect([looked, connections]).toEqual([0, 0])
  })

  test.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '::1', '::ffff:10.0.0.1', 'fe80::1', 'fd12::1'])(
    'a name that leads to %s is refused without a connection',
    async (address) => {
      const answer = await get(`https://bank.example:${peer.port}/`, { lookUp: found(address) })
      expect(answer).toEqual({ kind: 'not_sent', reason: 'address_refused' })
      expect(connections).toBe(0)
    },
  )

  test('an address that was reached in spite of the look-up is left before a byte is sent', async () => {
    const sent: string[] = []
    const fake = { remoteAddress: '10.0.0.7', destroy: () => sent.push('destroyed') } as unknown as Socket
    const answer = await get('https://bank.example/', {
      lookUp: found('8.8.8.8'),
      build: () => (_, callback) => callback(null, fake),
    })
    expect(answer).toEqual({ kind: 'not_sent', reason: 'address_refused' })
    expect(sent).toEqual(['destroyed'])
  })

  test('a name on the allow-list that leads away from this machine is refused', async () => {
    const allow = new Set([`localhost:${peer.port}`])
    const answer = await get(`http://localhost:${peer.port}/`, { allow, lookUp: found('8.8.8.8') })
    expect(answer).toEqual({ kind: 'not_sent', reason: 'address_refused' })
  })

  test.each([
    ['http://bank.example/', 'protocol_refused'],
    ['ftp://bank.example/', 'protocol_refused'],
    ['https://user:pw@bank.example/', 'url_with_password'],
    ['nothing', 'url_invalid'],
  ])('%s is refused', async (url, reason) => {
    expect(await get(url)).toEqual({ kind: 'not_sent', reason })
  })

  test('another port of an allowed host is refused', async () => {
    const allow = new Set(['127.0.0.1:1'])
    expect(await get(`http://127.0.0.1:${peer.port}/`, { allow })).toMatchObject({ kind: 'not_sent' })
    expect(connections).toBe(0)
  })
})

describe('what has not been sent for certain', () => {
  test('is what found no name', async () => {
    expect(await get('https://bank.example/', { lookUp: noName })).toEqual({
      kind: 'not_sent',
      reason: 'name_not_found',
    })
  })

  test('is what was refused a connection', async () => {
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const address = `127.0.0.1:${(closed.address() as AddressInfo).port}`
    await new Promise((resolve) => closed.close(resolve))
    const answer = await get(`http://${address}/`, { allow: new Set([address]) })
    expect(answer).toEqual({ kind: 'not_sent', reason: 'connection_refused' })
  })

  test('is what waited for a connection until its time was over', async () => {
    const answer = await get('https://bank.example/', { timeoutMs: 20, build: () => () => undefined })
    expect(answer).toEqual({ kind: 'not_sent', reason: 'connect_timed_out' })
  })

  test('is what cannot be written as a request', async () => {
    const send = createOutgoing({ allow: new Set([`127.0.0.1:${peer.port}`]) })
    const request = {
      method: 'GET',
      url: `http://127.0.0.1:${peer.port}/`,
      headers: { 'X-Key': 'a\r\nb' },
    } as const
    expect(await send(request)).toEqual({ kind: 'not_sent', reason: 'request_invalid' })
  })
})

/** For a connection to be there by then, on a slow machine too. */
const SILENCE_MS = 1_000
describe('what may have arrived', () => {
  test.each([
    ['connection_lost', (socket: Socket) => void socket.once('data', () => socket.destroy())],
    ['connection_lost', (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy())],
    [
      'answer_malformed',
      (socket: Socket) => void socket.once('data', () => socket.write('no HTTP at all\r\n\r\n')),
    ],
    ['connection_lost', answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')],
    ['timed_out', () => undefined],
    ['timed_out', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf')],
    ['answer_too_large', answering(`HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${'x'.repeat(3_000)}`)],
  ])('gets no answer: %s', async (reason, how) => {
    serve = how
    const timeoutMs = reason === 'timed_out' ? SILENCE_MS : PATIENCE_MS
    expect(await ask({ timeoutMs, sizeMax: 1_000 })).toEqual({ kind: 'no_answer', reason })
    expect(connections).toBe(1)
  })
})

describe('an answer', () => {
  test('comes with its status, its headers in lower case, and its text', async () => {
    const answer = await ask()
    expect(answer).toMatchObject({
      kind: 'answered',
      status: 200,
      headers: { 'x-some': 'Thing' },
      text: 'hi',
    })
  })

  test('may be a redirect, which is not followed', async () => {
    serve = answering(
      `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${peer.port}/other\r\nContent-Length: 0\r\n\r\n`,
    )
    expect(await ask()).toMatchObject({ kind: 'answered', status: 302 })
    expect(connections).toBe(1)
  })

  test('is to what was sent: method, path, headers and body', async () => {
    let heard = ''
    serve = (socket) =>
      void socket.once('data', (data: Buffer) => {
        heard = data.toString()
        socket.end('HTTP/1.1 204 No Content\r\n\r\n')
      })
    const send = createOutgoing({ allow: new Set([`127.0.0.1:${peer.port}`]) })
    const url = `http://127.0.0.1:${peer.port}/a?b=c`
    await send({ method: 'POST', url, headers: { 'X-One': '1' }, body: 'text' })
    expect(heard).toMatch(/^POST \/a\?b=c HTTP\/1\.1\r\n/)
    expect(heard).toMatch(/\r\nX-One: 1\r\n/i)
    expect(heard).toMatch(/\r\n\r\ntext$/)
  })
})

async function listen() {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('error', () => undefined)
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answering(text: string) {
  return (socket: Socket) => void socket.once('data', () => socket.end(text))
}

function found(address: string): () => Promise<LookupAddress[]> {
  return async () => [{ address, family: address.includes(':') ? 6 : 4 }]
}

function noName(): Promise<never> {
  return Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }))
}

function get(url: string, options: Partial<OutgoingOptions> = {}) {
  return createOutgoing({ allow: new Set(), ...options })({ method: 'GET', url })
}

function ask(options: Partial<OutgoingOptions> = {}) {
  return get(`http://127.0.0.1:${peer.port}/x?y=1`, {
    allow: new Set([`127.0.0.1:${peer.port}`]),
    ...options,
  })
}
