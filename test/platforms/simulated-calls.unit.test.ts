import { describe, expect, it } from '@jest/globals'
import { HOUR_MS, PAYOUT, useBank } from './bank-fixture.ts'
import type { CallReceiver, ReceivedCall } from './call-receiver.ts'
import { platformAt } from './simulated-harness.ts'
import { waitUntil } from './wait-until.ts'

const bank = useBank()

describe('the calls of the simulated bank', () => {
  it.each([
    ['answer_late', 'payout.confirmed'],
    ['refuse_late', 'payout.refused'],
    ['return_after', 'payout.returned'],
  ])('tell after %s of %s, signed', async (fault, type) => {
    const receiver = await bank.receive()
    await bank.restart({ callbackUrl: receiver.url })
    await bank.ask('POST', '/faults', { fault, delayMs: 20 })
    await bank.ask('POST', '/payouts', PAYOUT)
    const [call] = await callsOf(receiver, 1)

    expect(call && eventOf(call)).toEqual({ eventId: expect.any(String), reference: 'w-1', type })
  })

  it('are made for a return by a person', async () => {
    const receiver = await bank.receive()
    await bank.restart({ callbackUrl: receiver.url })
    await bank.ask('POST', '/payouts', PAYOUT)
    await bank.ask('POST', '/payouts/w-1/return')
    const [call] = await callsOf(receiver, 1)

    expect(call && eventOf(call)).toMatchObject({ type: 'payout.returned' })
  })

  it('are repeated, the same event each time, until they are taken', async () => {
    const receiver = await bank.receive([500, 302, 404])
    await bank.restart({ callbackUrl: receiver.url })
    await bank.ask('POST', '/faults', { fault: 'return_after', delayMs: 0 })
    await bank.ask('POST', '/payouts', PAYOUT)
    const calls = await callsOf(receiver, 4)
    await written('callback.delivered')

    expect(calls).toHaveLength(4)
    expect(new Set(calls.map((call) => eventOf(call)?.eventId)).size).toBe(1)
  })

  it('are given up after ten tries', async () => {
    const receiver = await bank.receive(Array.from({ length: 20 }, () => 500))
    await bank.restart({ callbackUrl: receiver.url, callbackPauseMs: 0 })
    await bank.ask('POST', '/faults', { fault: 'return_after', delayMs: 0 })
    await bank.ask('POST', '/payouts', PAYOUT)
    await written('callback.abandoned')

    expect(receiver.calls).toHaveLength(10)
  })

  it('that nobody has taken are made again after a restart, and taken ones are not', async () => {
    const [deaf, willing] = await Promise.all([bank.receive([500, 500]), bank.receive()])
    await bank.restart({ callbackUrl: deaf.url, callbackPauseMs: HOUR_MS })
    await bank.ask('POST', '/faults', { fault: 'return_after', delayMs: 0 })
    await bank.ask('POST', '/payouts', PAYOUT)
    await callsOf(deaf, 1)
    await bank.restart({ callbackUrl: willing.url })
    await callsOf(willing, 1)
    await written('callback.delivered')
    await bank.restart({ callbackUrl: willing.url })
    await bank.ask('POST', '/payouts', { ...PAYOUT, reference: 'w-2' })
    await bank.ask('POST', '/payouts/w-2/return')
    const [first, second] = await callsOf(willing, 2)

    expect(first?.rawBody).toBe(deaf.calls[0]?.rawBody)
    expect(second && eventOf(second)).toMatchObject({ reference: 'w-2' })
  })

  it('come twice with one event id when so ordered', async () => {
    const receiver = await bank.receive()
    await bank.restart({ callbackUrl: receiver.url })
    await bank.ask('POST', '/faults', { fault: 'callback_twice' })
    await bank.ask('POST', '/payouts', PAYOUT)
    const [first, second] = await callsOf(receiver, 2)

    expect(first && eventOf(first)).toMatchObject({ type: 'payout.confirmed' })
    expect(second?.rawBody).toBe(first?.rawBody)
  })

  it('come before the answer when so ordered', async () => {
    const receiver = await bank.receive()
    await bank.restart({ callbackUrl: receiver.url })
    await bank.ask('POST', '/faults', { fault: 'callback_early' })
    const sent = await bank.ask('POST', '/payouts', PAYOUT)

    expect(receiver.calls).toHaveLength(1)
    expect(sent.status).toBe(201)
  })

  it('contradict the book when so ordered', async () => {
    const receiver = await bank.receive()
    await bank.restart({ callbackUrl: receiver.url })
    await bank.ask('POST', '/faults', { fault: 'callback_contradicts' })
    await bank.ask('POST', '/payouts', PAYOUT)
    const [call] = await callsOf(receiver, 1)

    expect(call && eventOf(call)).toMatchObject({ type: 'payout.refused' })
    expect((await bank.ask('GET', '/payouts/w-1')).body).toMatchObject({ status: 'confirmed' })
  })
})

function callsOf(receiver: CallReceiver, count: number): Promise<readonly ReceivedCall[]> {
  return waitUntil(`${count} calls came`, () => (receiver.calls.length >= count ? receiver.calls : undefined))
}

function eventOf({ headers, rawBody }: ReceivedCall) {
  return platformAt(bank.url()).readEvent(headers, rawBody)
}

function written(kind: string): Promise<true> {
  return waitUntil(
    `the journal has ${kind}`,
    async () => (await bank.journal()).some((line) => line.kind === kind) || undefined,
  )
}
