import type { Engine } from '#test/support/engine.ts'
import { openPlatformDesk, type PlatformDesk } from '#test/support/platform-desk.ts'
import type { Path, Paths } from './path.ts'

const desks = new WeakMap<Engine, Promise<PlatformDesk>>()

/** One platform and its currencies serve all paths of an engine. */
function deskOf(engine: Engine): Promise<PlatformDesk> {
  const desk = desks.get(engine) ?? openPlatformDesk(engine)
  desks.set(engine, desk)
  return desk
}

export const platformPaths: Paths = {
  'platform-deposit-confirmed': deposited('21.00'),
  'platform-deposit-found-after-a-time-out': deposited('22.00', 'timeout_after_commit'),
  'platform-deposit-told-to-wait': deposited('23.00', 'rate_limited'),
  'platform-deposit-refused': deposited('24.00', 'refuse', 'failed'),

  'platform-withdrawal-confirmed': (engine) => withdrawn(engine, 'approve', 'processed'),
  'platform-withdrawal-declined': (engine) => withdrawn(engine, 'decline', 'declined'),

  'platform-trade-confirmed': async (engine) => {
    const desk = await deskOf(engine)
    const { client, asset } = await funded(engine)
    const bought = await desk.addAsset(client, 'BTC', asset.account)
    const rate = { sell: 'USDT', buy: 'BTC', rate: '0.0002', decimals: 8 }
    await engine.askBank('/rates', { method: 'PUT', body: rate })
    const { body } = await engine.request(client, `/assets/${asset.id}/trade`, {
      body: { amount: '10', buyAssetId: bought.id },
    })
    await engine.reach(engine.accountant, body.process.id, 'processed')
    return `platform-trade/${body.process.id}`
  },

  'asset-sync': async (engine) => {
    const desk = await deskOf(engine)
    const { asset } = await funded(engine)
    await desk.moveByItself(asset.id, 'USDT', '1.5')
    await engine.request(engine.accountant, `/assets/${asset.id}/sync`, { method: 'POST' })
    return `sync/${desk.platform}/${asset.id}`
  },
}

function deposited(amount: string, fault?: string, end = 'processed'): Path {
  return async (engine) => {
    const desk = await deskOf(engine)
    const asset = await desk.addAsset(await engine.addClient(), 'USDT')
    if (fault !== undefined) await engine.orderFault(fault, { amount: `${amount}0000`, delayMs: 500 })
    const { body } = await desk.deposit(asset.id, amount)
    await engine.reach(engine.accountant, body.process.id, end)
    return `platform-deposit/${body.process.id}`
  }
}

async function funded(engine: Engine) {
  const desk = await deskOf(engine)
  const client = await engine.addClient()
  const asset = await desk.addAsset(client, 'USDT')
  const { body } = await desk.deposit(asset.id, '100')
  await engine.reach(engine.accountant, body.process.id, 'processed')
  return { client, asset }
}

async function withdrawn(engine: Engine, verb: 'approve' | 'decline', end: string): Promise<string> {
  const { asset } = await funded(engine)
  const { body } = await engine.request(engine.secondAccountant, `/assets/${asset.id}/withdraw`, {
    body: { amount: '30' },
  })
  const { id, requestIdentifier } = body.process
  await engine.request(engine.accountant, `/business-requests/${requestIdentifier}/${verb}`, { body: {} })
  await engine.reach(engine.accountant, id, end)
  return `platform-withdrawal/${id}`
}
