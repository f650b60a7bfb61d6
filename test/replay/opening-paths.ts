import { addAsset, openClientAccount } from '#test/support/assets.ts'
import type { Engine } from '#test/support/engine.ts'
import type { Paths } from './path.ts'
import { approve, decline } from './requests.ts'

export const openingPaths: Paths = {
  'opening-balance-accepted': async (engine) => {
    const opening = await askOpening(engine)
    await approve(engine, { number: opening.requestIdentifier }, engine.secondAccountant)
    await engine.reach(engine.accountant, opening.id, 'processed')
    return `opening/${opening.id}`
  },

  'opening-balance-declined': async (engine) => {
    const opening = await askOpening(engine)
    await decline(engine, { number: opening.requestIdentifier })
    await engine.reach(engine.accountant, opening.id, 'declined')
    return `opening/${opening.id}`
  },
}

async function askOpening(engine: Engine) {
  const client = await engine.addClient()
  const account = await openClientAccount(engine, client.organization)
  const { openingBalance } = await addAsset(engine, account, { currency: 'EUR', balance: '20.00' })
  if (!openingBalance) throw new Error('an asset without the opening balance that was asked for')
  return openingBalance
}
