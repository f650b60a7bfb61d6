import { setTimeout as sleep } from 'node:timers/promises'
import { inProject } from '#db/connection.ts'
import { assetSyncId } from '#domain/platforms/sync.ts'
import { opened } from '#test/support/opened.ts'
import { openPlatformDesk } from '#test/support/platform-desk.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { untilWaiting } from '#test/support/waiting.ts'

describe('a mirror of what a platform keeps', () => {
  const engine = useEngine()
  const desk = opened(() => openPlatformDesk(engine))

  it('books once what the platform did by itself, and says when both agree', async () => {
    const { asset } = await desk.funded()
    await desk.moveByItself(asset.id, 'USDT', '-12.5')
    const sync = () => engine.request(engine.accountant, `/assets/${asset.id}/sync`, { method: 'POST' })
    expect(await sync()).toMatchObject({ status: 200, body: { state: 'agrees' } })
    expect(await sync()).toMatchObject({ status: 200, body: { state: 'agrees' } })
    expect(await desk.readAsset(asset.id)).toMatchObject({
      amount: '87.500000',
      platform: { confirmedBalance: '87.500000' },
    })
  })

  it('is synced although the worker was killed in the middle', async () => {
    const { asset } = await desk.funded()
    await desk.moveByItself(asset.id, 'USDT', '4')
    const { owner, projectId } = engine.book
    const running = engine.client.workflow.getHandle(assetSyncId(desk.platform, asset.id))
    await inProject(owner, projectId, async (trx) => {
      await trx('coins').where({ id: asset.id }).forUpdate()
      void engine.request(engine.accountant, `/assets/${asset.id}/sync`, { method: 'POST' })
      await untilWaiting(trx)
      await engine.killWorker()
    })
    await engine.startWorker()
    expect(await running.result()).toBe('agrees')
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '104.000000' })
  })

  it('answers that a sync goes on where an operator has ended it: the schedule begins it anew', async () => {
    const { asset } = await desk.funded()
    const { owner, projectId } = engine.book
    const running = engine.client.workflow.getHandle(assetSyncId(desk.platform, asset.id))
    const asked = await inProject(owner, projectId, async (trx) => {
      await trx('coins').where({ id: asset.id }).forUpdate()
      const answer = engine.request(engine.accountant, `/assets/${asset.id}/sync`, { method: 'POST' })
      await until(
        'the sync to run',
        async () => (await running.describe().catch(() => undefined))?.status.name,
      )
      await running.terminate('ended by an operator')
      return answer
    })
    expect(asked).toMatchObject({ status: 202, body: { state: null } })
  })

  it('is not asked for once the asset is closed', async () => {
    const asset = await desk.addAsset(await engine.addClient(), 'USDT')
    const { owner, projectId } = engine.book
    await inProject(owner, projectId, (trx) => trx.raw('select close_account(?, ?)', [projectId, asset.id]))
    await desk.moveByItself(asset.id, 'USDT', '5')
    const asked = await engine.request(engine.accountant, `/assets/${asset.id}/sync`, { method: 'POST' })
    expect(asked).toMatchObject({
      status: 409,
      body: { code: 'asset_closed', errors: [{ parameter: 'id' }] },
    })
    expect(await desk.readAsset(asset.id)).toMatchObject({ amount: '0.000000' })
  })

  it('syncs every asset of a platform on demand', async () => {
    const [one, other] = [await desk.funded(), await desk.funded()]
    await desk.moveByItself(one.asset.id, 'USDT', '1')
    await desk.moveByItself(other.asset.id, 'USDT', '2')
    const asked = await engine.request(engine.accountant, `/platforms/${desk.platform}/sync`, {
      method: 'POST',
    })
    expect(asked.status).toBe(202)
    await until('both mirrors to follow', async () => {
      const [first, second] = [await desk.readAsset(one.asset.id), await desk.readAsset(other.asset.id)]
      return (first.amount === '101.000000' && second.amount === '102.000000') || undefined
    })
  })

  it('is synced by the schedule, too', async () => {
    const { asset } = await desk.funded()
    await desk.moveByItself(asset.id, 'USDT', '3')
    await until('the mirror to follow', async () => {
      // A round that had begun before may have passed this asset.
      await engine.client.schedule.getHandle('platform-sync').trigger()
      await sleep(500)
      const { amount } = await desk.readAsset(asset.id)
      return amount === '103.000000' || undefined
    })
  })
})
