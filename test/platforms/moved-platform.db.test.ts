import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { countOrdersUnderWay } from '#db/platforms/orders.ts'
import { changePlatform, findPlatform, lockPlatform } from '#db/platforms/platforms.ts'
import { untilWaiting } from '#test/support/waiting.ts'
import { fakeHolder } from './fake-holder.ts'
import { useOrderDesk } from './order-desk.ts'

describe.each([
  ['by its reference', true],
  ['by the history', false],
])('an order that is told %s', (_, keepsReferences) => {
  const desk = useOrderDesk()

  it('does not go to where the platform was, and goes to where it is', async () => {
    const [there, elsewhere] = [fakeHolder({ keepsReferences }), fakeHolder({ keepsReferences })]
    const { worker, coin, account } = await desk.funded(there)
    elsewhere.enter({ account, currency: 'EUR' }, '10.00')
    const operation = await desk.placed(worker, { coin })
    const sent = there.sent.length
    const { sending } = await inDesk(async (trx) => {
      await lockPlatform(trx, desk.platform)
      expect(await countOrdersUnderWay(trx, desk.platform)).toBe(0)
      const waiting = worker.sendOrder({ operation, send: 1 })
      await Promise.race([waiting, untilWaiting(trx)])
      await move(trx)
      return { sending: waiting }
    })
    expect(await sending).toMatchObject({ kind: 'not_sent' })
    expect(there.sent).toHaveLength(sent)
    const moved = desk.workerOn(elsewhere.holder, { version: await version() })
    expect(await moved.sendOrder({ operation, send: 2 })).toMatchObject({ kind: 'confirmed' })
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  it('counts once it may have gone out, until it has ended', async () => {
    const there = fakeHolder({ keepsReferences })
    const worker = desk.workerOn(there.holder, { version: await version() })
    const { coin } = await desk.asset('counted')
    const operation = await desk.placed(worker, { coin })
    const count = () => inDesk((trx) => countOrdersUnderWay(trx, desk.platform))
    expect(await count()).toBe(0)
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    const answer = await worker.sendOrder({ operation, send: 1 })
    expect(await count()).toBe(1)
    await worker.recordOrder({ operation, answer })
    expect(await count()).toBe(1)
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
    expect(await count()).toBe(0)
  })

  it('may have gone out before, and is never sent blindly because its platform was changed', async () => {
    const there = fakeHolder({ keepsReferences })
    const worker = desk.workerOn(there.holder, { version: await version() })
    const { coin } = await desk.asset('changed')
    const operation = await desk.placed(worker, { coin })
    there.next(() => ({ kind: 'unknown', reason: 'timeout' }))
    await worker.sendOrder({ operation, send: 1 })
    await inDesk(move)
    expect(await worker.sendOrder({ operation, send: 1 })).toEqual({ kind: 'unknown' })
    expect(there.sent).toHaveLength(1)
    await worker.recordOrder({ operation, answer: { kind: 'refused' } })
  })

  function inDesk<Value>(work: (trx: Knex) => Promise<Value>) {
    return inProject(desk.book.db, desk.book.projectId, work)
  }

  async function version() {
    return (await inDesk((trx) => findPlatform(trx, desk.platform)))?.version
  }

  async function move(trx: Knex) {
    const urls = { apiUrl: 'https://elsewhere.invalid' }
    await changePlatform(trx, desk.platform, { name: 'Moved', urls, credentials: {} })
  }
})
