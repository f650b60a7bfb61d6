import { describe, expect, it } from '@jest/globals'
import type { HeldEvent } from '#domain/platforms/holding-platform.ts'
import type { SignedCall, There } from './holding-harness.ts'

const EVENT: HeldEvent = {
  eventId: 'event-1',
  reference: 'op_1',
  type: 'order.confirmed',
  amount: '12.50',
  currency: 'USDT',
}
const MINUTE_MS = 60_000

/** Of platforms that call: a call is theirs, or it is nothing. */
export function describeHeldCalls(running: () => There): void {
  function called(event: HeldEvent, signedAt: Date): SignedCall {
    const call = running().call?.(event, signedAt)
    if (!call) throw new Error('the harness of a platform that calls has to be able to call')
    return call
  }

  function read({ headers, rawBody }: SignedCall): HeldEvent | undefined {
    return running().platform.readEvent?.(headers, rawBody)
  }

  describe('its calls', () => {
    it.each(['order.confirmed', 'order.refused'] as const)('are read where it signed them: %s', (type) => {
      const event = { ...EVENT, type }

      expect(read(called(event, new Date()))).toEqual(event)
    })

    it.each([
      ['unsigned', (call: SignedCall) => ({ ...call, headers: {} })],
      [
        'with another body',
        (call: SignedCall) => ({ ...call, rawBody: call.rawBody.replace('op_1', 'op_2') }),
      ],
      ['with a body cut short', (call: SignedCall) => ({ ...call, rawBody: call.rawBody.slice(0, -1) })],
      ['with another signature', (call: SignedCall) => ({ ...call, headers: each(call.headers, flipLast) })],
      [
        'with a signature cut short',
        (call: SignedCall) => ({ ...call, headers: each(call.headers, cutLast) }),
      ],
      ['with an empty signature', (call: SignedCall) => ({ ...call, headers: each(call.headers, () => '') })],
    ])('are not read %s', (_how, change) => {
      expect(read(change(called(EVENT, new Date())))).toBeUndefined()
    })

    it.each([-6, 6])('are not read where they were signed %d minutes from now', (minutes) => {
      expect(read(called(EVENT, new Date(Date.now() + minutes * MINUTE_MS)))).toBeUndefined()
    })
  })
}

function each(headers: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, change(value)]))
}

function flipLast(value: string): string {
  return cutLast(value) + (value.endsWith('0') ? '1' : '0')
}

function cutLast(value: string): string {
  return value.slice(0, -1)
}
