import { randomUUID } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { workflowIdOf } from '#domain/operations/workflow-id.ts'
import { openCoinAccount } from '#ledger/open-account.ts'
import { pick } from '../random.ts'
import { freshId } from '../world.ts'
import { endOf, type Flow } from './flows.ts'
import { BANK, type BenchEngine } from './start.ts'

const ASSETS = 1_000
const assetsOf = new WeakMap<BenchEngine, readonly string[]>()

/** The sandbox is the platform; it answers in the process that brings the load, as the bank does in other rows. */
export const platformDeposit: Flow = {
  prepare: async (engine) => {
    const { post, world, bankUrl } = engine
    const { body } = await post(world.administrator, '/platforms', {
      name: 'Sandbox',
      label: 'simulated',
      urls: { apiUrl: bankUrl },
      credentials: BANK,
    })
    assetsOf.set(engine, await addAssets(engine, body.id))
  },
  product: async (engine, _, random) => {
    const asset = pick(random, assetsOf.get(engine) ?? [])
    const { body } = await engine.post(engine.world.accountant, `/assets/${asset}/deposit`, {
      amount: '0.01',
    })
    const end = await endOf(engine.workflows, workflowIdOf('platform_deposit', body.process.id))
    if (end?.state !== 'processed') throw new Error(`a deposit ended as ${end?.state}`)
  },
  bare: async ({ startBare, workflows }) => {
    await endOf(workflows, await startBare('bareDeposit'))
  },
}

/** Behind the API's back, so that the row begins within a second. */
async function addAssets({ world }: BenchEngine, platform: string): Promise<string[]> {
  const { db, projectId, issuerId } = world
  const clients = await world.addClients(ASSETS, 0n)
  return inProject(db, projectId, async (trx) => {
    const added: string[] = []
    for (const { organization } of clients) {
      const [coin, account] = [freshId('coin'), randomUUID()]
      const owned = { project_id: projectId, organization_id: organization }
      await openCoinAccount(trx, projectId, { id: coin, issuerId })
      await trx('accounts').insert({ ...owned, id: account, active: true })
      await trx('coins').insert({
        ...owned,
        id: coin,
        account_id: account,
        issuer_id: issuerId,
        serial: coin.slice(5).toUpperCase(),
        name: 'Asset',
        platform_id: platform,
        platform_account: account,
      })
      added.push(coin)
    }
    return added
  })
}
