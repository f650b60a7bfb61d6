import { EventEmitter, once } from 'node:events'
import type { OutgoingAnswer } from '#domain/platforms/holding-platform.ts'
import { withBreaker } from '#integrations/http/breaker.ts'

const OUT: OutgoingAnswer = { kind: 'no_answer', reason: 'timed_out' }

test.each([
  ['no answer', OUT],
  ['no connection', { kind: 'not_sent', reason: 'connection_refused' } as const],
  ['5xx', answered(502)],
])('after five outages in a row nothing is sent for ten seconds: %s', async (_, says) => {
  const { it, send, fail } = platform()
  it.says = says
  await fail(5)
  it.now += 4_000
  expect(await send()).toEqual({ kind: 'not_sent', reason: 'platform_rests', retryAfterMs: 6_000 })
  expect(it.sent).toBe(5)
})

test('outages that are not in a row are none of that', async () => {
  const { it, send, fail } = platform()
  await fail(4)
  it.says = answered(400)
  await send()
  it.says = OUT
  await fail(4)
  expect(await send()).toEqual(OUT)
  expect(it.sent).toBe(10)
})

test('then one call finds out, and the others wait for it', async () => {
  const { it, send, fail } = platform()
  await fail(5)
  it.now += 10_000
  const wire = new EventEmitter()
  it.says = once(wire, 'answer').then(() => answered(200))
  const probe = send()
  expect(await send()).toEqual({ kind: 'not_sent', reason: 'platform_rests', retryAfterMs: 1_000 })
  wire.emit('answer')
  expect(await probe).toEqual(answered(200))
  expect(it.sent).toBe(6)
  it.says = OUT
  await fail(4)
  expect(it.sent).toBe(10)
})

test('a call that finds it away still lets it rest for another ten seconds', async () => {
  const { it, send, fail } = platform()
  await fail(5)
  it.now += 10_000
  await send()
  expect(await send()).toMatchObject({ reason: 'platform_rests', retryAfterMs: 10_000 })
  expect(it.sent).toBe(6)
})

test.each([418, 429, 503])('a Retry-After with %s is kept to', async (status) => {
  const { it, send } = platform()
  it.says = answered(status, { 'retry-after': '30' })
  await send()
  expect(await send()).toEqual({ kind: 'not_sent', reason: 'platform_rests', retryAfterMs: 30_000 })
  it.now += 30_000
  it.says = answered(200)
  expect(await send()).toEqual(answered(200))
})

test('a Retry-After may be a date, and one that is past or no time at all is none', async () => {
  const { it, send } = platform()
  for (const text of [new Date(it.now - 5_000).toUTCString(), 'soon', '-1']) {
    it.says = answered(429, { 'retry-after': text })
    await send()
  }
  it.says = answered(429, { 'retry-after': new Date(it.now + 60_000).toUTCString() })
  await send()
  expect(await send()).toMatchObject({ kind: 'not_sent', retryAfterMs: 60_000 })
  expect(it.sent).toBe(4)
})

const request = { method: 'GET', url: 'https://bank.example/' } as const

function answered(status: number, headers: Record<string, string> = {}): OutgoingAnswer {
  return { kind: 'answered', status, headers, text: '' }
}

/** A platform that says what it is told to say, and a clock that is set by hand. */
function platform() {
  const it = { now: 1_000_000, sent: 0, says: OUT as OutgoingAnswer | Promise<OutgoingAnswer> }
  const send = withBreaker(
    async () => {
      it.sent += 1
      return it.says
    },
    () => it.now,
  )
  const fail = async (times: number) => {
    for (let i = 0; i < times; i += 1) await send(request)
  }
  return { it, send: () => send(request), fail }
}
