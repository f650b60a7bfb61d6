import { randomUUID } from 'node:crypto'
import { type Engine, type TestClient } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Answer } from '#test/support/wire.ts'
import {
  ask,
  countOperations,
  decide,
  directTopUp,
  requestedTopUp,
  transfer,
  withdrawal,
  type Wish,
} from '#test/support/wishes.ts'

/** What each kind of money POST does to a coin that has 100.00, in minor units. */
const KINDS = [
  { name: 'a direct top-up', make: directTopUp, after: { posted: 11_000n, held: 0n } },
  { name: 'a requested top-up', make: requestedTopUp, after: { posted: 10_000n, held: 0n } },
  { name: 'a withdrawal', make: withdrawal, after: { posted: 10_000n, held: 1_000n } },
  { name: 'a transfer', make: transferAway, after: { posted: 9_000n, held: 0n } },
] as const

describe('an Idempotency-Key', () => {
  const engine = useEngine({ apis: 2, ownTemporal: {} })

  describe.each(KINDS)('of $name', (kind) => {
    it('gives the same answer, to the byte, when the call comes again, and moves money once', async () => {
      const { wish, coin } = await wishOf(kind)
      const key = newKey()
      const first = await ask(engine, wish, key)
      const before = await countOperations(engine)
      const again = await ask(engine, wish, key)
      expect([first.status, isReplay(first)]).toEqual([201, null])
      expect([again.status, isReplay(again)]).toEqual([201, 'true'])
      expect(again.text).toBe(first.text)
      expect(again.headers.get('location')).toBe(first.headers.get('location'))
      expect(await balanceOf(coin)).toEqual(kind.after)
      expect(await countOperations(engine)).toBe(before)
    })

    it('makes one operation of eight calls at once, which all get its answer', async () => {
      const { wish, coin } = await wishOf(kind)
      const key = newKey()
      const before = await countOperations(engine)
      const answers = await Promise.all(Array.from({ length: 8 }, () => ask(engine, wish, key)))
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(answers.filter((answer) => isReplay(answer) === 'true')).toHaveLength(7)
      expect(await countOperations(engine)).toBe(before + 1)
      expect(await balanceOf(coin)).toEqual(kind.after)
    })

    it('is refused with another body, by its name, and nothing changes', async () => {
      const { wish, coin } = await wishOf(kind)
      const key = newKey()
      await ask(engine, wish, key)
      const before = await countOperations(engine)
      const other = await ask(engine, { ...wish, body: { ...wish.body, amount: '10.01' } }, key)
      expect(other).toMatchObject({
        status: 422,
        body: { code: 'idempotency_key_reused', errors: [{ parameter: 'Idempotency-Key' }] },
      })
      expect(await countOperations(engine)).toBe(before)
      expect(await balanceOf(coin)).toEqual(kind.after)
    })

    it('takes the same body in another order and spacing for the same', async () => {
      const { wish } = await wishOf(kind)
      const key = newKey()
      const first = await ask(engine, wish, key)
      const raw = JSON.stringify(Object.fromEntries(Object.entries(wish.body).toReversed()), undefined, 3)
      const again = await engine.request(wish.by, wish.path, { raw, headers: { 'Idempotency-Key': key } })
      expect([again.status, again.text]).toEqual([201, first.text])
    })

    it('makes two operations of two equal calls without a key', async () => {
      const { wish } = await wishOf(kind)
      const before = await countOperations(engine)
      const [one, other] = [await ask(engine, wish), await ask(engine, wish)]
      expect(one.body.process.id).not.toBe(other.body.process.id)
      expect([isReplay(one), isReplay(other)]).toEqual([null, null])
      expect(await countOperations(engine)).toBe(before + 2)
    })

    it('gives the stored answer after the API was restarted', async () => {
      const { wish } = await wishOf(kind)
      const key = newKey()
      const first = await ask(engine, wish, key)
      await engine.restartApi()
      const again = await ask(engine, wish, key)
      expect([again.status, again.text, isReplay(again)]).toEqual([201, first.text, 'true'])
    })
  })

  it('belongs to one path: another money POST with it is refused, whichever came first', async () => {
    const [client, payee] = [await engine.addClient(10_000n), await engine.addClient()]
    const wishes = [
      requestedTopUp(engine, client, '1.00'),
      withdrawal(engine, client, '1.00'),
      transfer(client, payee, '1.00'),
    ]
    for (const first of wishes) {
      const key = newKey()
      expect((await ask(engine, first, key)).status).toBe(201)
      const before = await countOperations(engine)
      for (const other of wishes.filter((wish) => wish !== first)) {
        expect(await ask(engine, other, key)).toMatchObject({
          status: 422,
          body: { errors: [{ parameter: 'Idempotency-Key' }] },
        })
      }
      expect(await countOperations(engine)).toBe(before)
    }
  })

  it('belongs to one path even where the same body would do for another', async () => {
    const client = await engine.addClient()
    const direct = directTopUp(engine, client, '1.00')
    const requested = { ...requestedTopUp(engine, client, '1.00'), by: direct.by }
    expect(requested.body).toEqual(direct.body)
    for (const [first, second] of [
      [direct, requested],
      [requested, direct],
    ] as const) {
      const key = newKey()
      expect((await ask(engine, first, key)).status).toBe(201)
      expect(await ask(engine, second, key)).toMatchObject({
        status: 422,
        body: { errors: [{ parameter: 'Idempotency-Key' }] },
      })
    }
    expect(await balanceOf(client.coin)).toEqual({ posted: 100n, held: 0n })
  })

  it('belongs to one person: another who uses the same gets an operation of their own', async () => {
    const [ann, ben] = [await engine.addClient(), await engine.addClient()]
    const key = newKey()
    const first = await ask(engine, requestedTopUp(engine, ann, '1.00'), key)
    const other = await ask(engine, requestedTopUp(engine, ben, '1.00'), key)
    expect([first.status, other.status, isReplay(other)]).toEqual([201, 201, null])
    expect(other.body.process.id).not.toBe(first.body.process.id)
  })

  it.each([
    ['empty', ''],
    ['too long', 'k'.repeat(256)],
    ['with a space inside', 'a key'],
    ['of letters that are not ASCII', 'schlüssel'],
  ])('is refused by its name where it is %s', async (_, key) => {
    const client = await engine.addClient(10_000n)
    const before = await countOperations(engine)
    const wishes = [
      requestedTopUp(engine, client, '1.00'),
      withdrawal(engine, client, '1.00'),
      transfer(client, await engine.addClient(), '1.00'),
    ]
    for (const wish of wishes) {
      expect(await ask(engine, wish, key)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ parameter: 'Idempotency-Key' }] },
      })
    }
    expect(await countOperations(engine)).toBe(before)
  })

  it('keeps a refusal, too: money that comes later does not change the answer', async () => {
    for (const make of [withdrawal, transferAway]) {
      const poor = await engine.addClient(100n)
      const [wish, key] = [await make(engine, poor, '50.00'), newKey()]
      const first = await ask(engine, wish, key)
      expect([first.status, first.body.code, isReplay(first)]).toEqual([
        422,
        'exceeds_available_balance',
        null,
      ])
      await engine.book.fund(poor.coin, 10_000n)
      const before = await balanceOf(poor.coin)
      const again = await ask(engine, wish, key)
      expect([again.status, isReplay(again)]).toEqual([422, 'true'])
      // Only the number of the call in the log is its own.
      expect({ ...again.body, mdcId: '' }).toEqual({ ...first.body, mdcId: '' })
      expect(await balanceOf(poor.coin)).toEqual(before)
    }
  })

  it('keeps the first answer after the operation was accepted', async () => {
    const client = await engine.addClient(10_000n)
    for (const make of [requestedTopUp, withdrawal]) {
      const wish = make(engine, client, '5.00')
      const key = newKey()
      const first = await ask(engine, wish, key)
      expect(first.body.process.phase).toBe('awaiting_decision')
      await decide(engine, first, { verb: 'accept' })
      await engine.reach(client, first.body.process.id, 'processed')
      const again = await ask(engine, wish, key)
      expect([again.status, again.text, isReplay(again)]).toEqual([201, first.text, 'true'])
    }
  })

  it.each([
    ['the worker is killed', () => engine.killWorker(), () => engine.startWorker()],
    ['Temporal is away', () => engine.stopTemporal(), () => engine.restartTemporal()],
  ])('survives a crash between the wish and its workflow: %s', async (_, crash, recover) => {
    const client = await engine.addClient(10_000n)
    const wishes = [requestedTopUp(engine, client, '5.00'), withdrawal(engine, client, '5.00')]
    const key = newKey()
    await crash()
    const taken = await Promise.all(wishes.map((wish, i) => ask(engine, wish, `${key}-${i}`)))
    const before = await countOperations(engine)
    await engine.restartApi()
    const meanwhile = await Promise.all(wishes.map((wish, i) => ask(engine, wish, `${key}-${i}`)))
    expect([...taken, ...meanwhile].map(({ status }) => status)).toEqual([202, 202, 202, 202])
    expect(meanwhile.map(({ body }) => body.process.id)).toEqual(taken.map(({ body }) => body.process.id))
    await recover()
    for (const [i, wish] of wishes.entries()) {
      const stored = await until('the stored answer', async () => {
        const answer = await ask(engine, wish, `${key}-${i}`)
        return answer.status === 201 ? answer : undefined
      })
      expect(stored.body.process).toMatchObject({ id: taken[i]?.body.process.id, phase: 'awaiting_decision' })
      expect((await ask(engine, wish, `${key}-${i}`)).text).toBe(stored.text)
    }
    expect(await countOperations(engine)).toBe(before)
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 500n })
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  /** 10.00 on a new client's coin of 100.00. */
  async function wishOf({ make }: (typeof KINDS)[number]): Promise<{ wish: Wish; coin: string }> {
    const client = await engine.addClient(10_000n)
    return { wish: await make(engine, client, '10.00'), coin: client.coin }
  }
})

const newKey = () => `key-${randomUUID()}`
const isReplay = ({ headers }: Answer) => headers.get('idempotent-replayed')

async function transferAway(engine: Engine, from: TestClient, amount: string): Promise<Wish> {
  return transfer(from, await engine.addClient(), amount)
}
