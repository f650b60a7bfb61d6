import { appendFile, readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { simulatedLabel } from '#integrations/platforms/simulated/label.ts'
import { plainOutgoing } from '#test/support/plain-outgoing.ts'
import { HOUR_MS, useBank } from './bank-fixture.ts'
import type { CallReceiver, ReceivedCall } from './call-receiver.ts'
import { API_KEY, SECRET, startTestBank } from './simulated-harness.ts'
import { waitUntil } from './wait-until.ts'

const bank = useBank()

describe('the calls about orders', () => {
  it.each([
    ['answer_late', 'order.confirmed'],
    ['refuse_late', 'order.refused'],
    ['callback_early', 'order.confirmed'],
    ['callback_contradicts', 'order.refused'],
    ['callback_late', 'order.confirmed'],
  ])('tell after %s of %s, signed', async (fault, type) => {
    const receiver = await bank.receive()
    await directed(receiver)
    await sendWith(fault)
    const [call] = await callsOf(receiver, 1)

    expect(call && eventOf(call)).toEqual({ ...CONFIRMED, type })
  })

  it('go to all who were named, and a deaf one does not cost the other a second call', async () => {
    const [deaf, willing] = await Promise.all([bank.receive([500, 500]), bank.receive()])
    await directed(deaf, willing)
    await sendWith('callback_contradicts')
    await callsOf(deaf, 3)
    const journal = () =>
      bank.journal().then((lines) => lines.filter(({ kind }) => kind === 'callback.delivered'))
    await waitUntil('both are delivered', async () => (await journal()).length === 2 || undefined)

    expect(willing.calls).toHaveLength(1)
    expect(deaf.calls[0]?.rawBody).toBe(willing.calls[0]?.rawBody)
  })

  it('are not made about a request that landed late: whoever sent it was never answered', async () => {
    await directed(await bank.receive())
    const silence = sendWith('commit_late', { delayMs: HOUR_MS }).catch(() => undefined)
    const kinds = async () => (await bank.journal()).map(({ kind }) => kind)
    await waitUntil('it is on its way', async () => (await kinds()).includes('order.delayed') || undefined)
    await bank.ask('POST', '/orders/o-1/hurry')
    const landed = (await bank.journal()).find(({ kind }) => kind === 'order.confirmed')
    await bank.restart()
    await silence

    expect(landed).toMatchObject({ reference: 'o-1' })
    expect(landed).not.toHaveProperty('callback')
  })

  it('go to nobody where nobody was named, and not to those who are no longer', async () => {
    const receiver = await bank.receive()
    await directed(receiver)
    await directed()
    await sendWith('callback_twice')

    expect((await bank.journal()).map(({ kind }) => kind)).not.toContain('callback.delivered')
    expect(receiver.calls).toHaveLength(0)
  })

  it('come before the answer, or twice with one event id, when so ordered', async () => {
    const receiver = await bank.receive()
    await directed(receiver)
    await sendWith('callback_early')
    expect(receiver.calls).toHaveLength(1)
    await bank.ask('POST', '/faults', { fault: 'callback_twice' })
    await bank.ask('POST', '/orders', { ...ORDER, reference: 'o-2' })
    const [, second, third] = await callsOf(receiver, 3)

    expect(third?.rawBody).toBe(second?.rawBody)
  })

  it('come late and out of order when so ordered, also after a restart', async () => {
    const receiver = await bank.receive()
    await directed(receiver)
    await sendWith('callback_late', { delayMs: 700 })
    await bank.ask('POST', '/faults', { fault: 'callback_early' })
    await bank.ask('POST', '/orders', { ...ORDER, reference: 'o-2' })
    await bank.restart()
    const [first, second] = await callsOf(receiver, 2)

    expect(first && eventOf(first)).toMatchObject({ reference: 'o-2' })
    expect(second && eventOf(second)).toEqual(CONFIRMED)
  })

  it('tell another amount, or of a reference that nobody sent, when so ordered: the book does not', async () => {
    const receiver = await bank.receive()
    await directed(receiver)
    await sendWith('callback_other_amount')
    const [first] = await callsOf(receiver, 1)
    await bank.ask('POST', '/faults', { fault: 'callback_unknown_reference' })
    await bank.ask('POST', '/orders', { ...ORDER, reference: 'o-2' })
    const [, second] = await callsOf(receiver, 2)

    expect(first && eventOf(first)).toEqual({ ...CONFIRMED, amount: '251' })
    const { reference = '' } = (second && eventOf(second)) ?? {}
    expect((await bank.ask('GET', `/orders/${reference}`)).status).toBe(404)
    expect((await bank.ask('GET', '/accounts/main/balances/USDT')).body).toMatchObject({ balance: '500' })
  })

  it('are forged when so ordered: once, and not to be read', async () => {
    const receiver = await bank.receive([401])
    await directed(receiver)
    await sendWith('callback_forged')
    const [call] = await callsOf(receiver, 1)
    await waitUntil(
      'it is given up',
      async () => (await bank.journal()).some(({ kind }) => kind === 'callback.abandoned') || undefined,
    )

    expect(call && eventOf(call)).toBeUndefined()
    expect(JSON.parse(call?.rawBody ?? '')).toMatchObject({ type: 'order.refused', reference: 'o-1' })
    expect(receiver.calls).toHaveLength(1)
  })

  it.each([[{ url: 'ftp://127.0.0.1/x' }], [{ url: 'nowhere' }], [{ urls: 'http://127.0.0.1' }], [{}]])(
    'are not directed to %j',
    async (body) => {
      expect((await bank.ask('PUT', '/callback', body)).status).toBe(400)
    },
  )
})

describe('a journal that does not add up', () => {
  it.each([
    ['an order booked twice', (line: string) => line, /the book cannot take order.confirmed for o-1/],
    [
      'more taken than there is',
      (line: string) =>
        line.replace('"o-1"', '"o-2"').replace('"deposit"', '"withdrawal"').replace('250.00', '250.01'),
      /there is not so much/,
    ],
    [
      'a payout under the reference of an order',
      () =>
        `${JSON.stringify({
          at: new Date().toISOString(),
          kind: 'payout.confirmed',
          reference: 'o-1',
          amount: '1',
          currency: 'EUR',
          creditor: { fullName: 'Ana' },
          bankReference: 'b-1',
        })}\n`,
      /the book cannot take a payout for the order o-1/,
    ],
  ])('is not opened: %s', async (_what, next, message) => {
    await bank.ask('POST', '/orders', ORDER)
    const first = await readFile(bank.journalPath(), 'utf8')
    const broken = `${bank.journalPath()}.broken`
    await appendFile(broken, first + next(first))

    await expect(startTestBank({ journalPath: broken })).rejects.toThrow(message)
  })

  it('keeps a call that is due later for whoever was named when it was owed', async () => {
    const receiver = await bank.receive()
    await directed(receiver)
    await sendWith('answer_late', { delayMs: HOUR_MS })
    await bank.restart()
    await bank.ask('POST', '/orders/o-1/hurry')
    const [call] = await callsOf(receiver, 1)

    expect(call && eventOf(call)).toEqual(CONFIRMED)
  })
})

const ORDER = { reference: 'o-1', type: 'deposit', account: 'main', currency: 'USDT', amount: '250.00' }

const CONFIRMED = {
  eventId: expect.any(String),
  reference: 'o-1',
  type: 'order.confirmed',
  amount: '250.00',
  currency: 'USDT',
}

function eventOf({ headers, rawBody }: ReceivedCall) {
  const settings = { urls: { apiUrl: bank.url() }, credentials: { apiKey: API_KEY, callbackSecret: SECRET } }
  return simulatedLabel.open(settings, plainOutgoing()).readEvent?.(headers, rawBody)
}

function callsOf(receiver: CallReceiver, count: number): Promise<readonly ReceivedCall[]> {
  return waitUntil(`${count} calls came`, () => (receiver.calls.length >= count ? receiver.calls : undefined))
}

async function directed(...receivers: readonly CallReceiver[]): Promise<void> {
  await bank.ask('PUT', '/callback', { urls: receivers.map(({ url }) => url) })
}

async function sendWith(fault: string, more: object = {}) {
  await bank.ask('POST', '/faults', { fault, delayMs: 20, ...more })
  return bank.ask('POST', '/orders', ORDER)
}
