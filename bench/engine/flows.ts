import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowNotFoundError } from '@temporalio/client'
import { inProject } from '#db/connection.ts'
import { checkIdOf, workflowIdOf } from '#domain/operations/workflow-id.ts'
import { pick, type Random } from '../random.ts'
import { CLIENT_NAME, freshId, IBAN, type BenchClient } from '../world.ts'
import type { BenchEngine } from './start.ts'

/** One operation from its first request to its end, and the bare limit in the same shape. */
export type Flow = {
  prepare?(engine: BenchEngine): Promise<void>
  product(engine: BenchEngine, clients: readonly BenchClient[], random: Random): Promise<unknown>
  bare(engine: BenchEngine): Promise<unknown>
}

export const transferBetween: Flow = {
  product: (engine, clients, random) => {
    const from = pick(random, clients)
    let to = from
    while (to === from) to = pick(random, clients)
    const paymentTool = { type: 'COIN', srcValue: from.serial, destValue: to.serial }
    return engine.post(from, '/transfers', { paymentTool, amount: '0.01' })
  },
  bare: (engine) => engine.postBare('/select-1'),
}

export const directTopUp: Flow = {
  product: ({ post, world }, clients, random) =>
    post(world.accountant, '/bank-top-ups/with-bank', topUp(pick(random, clients), world)),
  bare: (engine) => engine.startBare('bareTopUp'),
}

export const requestAndAccept: Flow = {
  product: async ({ post, world }, clients, random) => {
    const client = pick(random, clients)
    const asked = await post(client, '/bank-top-ups/create-request/with-bank', topUp(client, world))
    await post(world.accountant, `/bank-top-ups/${asked.body.process.requestIdentifier}/accept`, {})
  },
  bare: async (engine) => {
    const id = await engine.startBare('bareRequest')
    await engine.postBare(`/accept/${id}`)
  },
}

/** Accepted as soon as the check has ended; done when the workflow is. Both sides wait by the same long polls of Temporal. */
export const withdrawAndPayOut: Flow = {
  prepare: ({ world }) =>
    inProject(world.db, world.projectId, async (trx) => {
      await trx('screening_policies').insert({
        id: freshId('scp'),
        project_id: world.projectId,
        name: 'All withdrawals',
        kinds: ['withdrawal'],
        provider: 'rules',
        max_age_ms: 86_400_000,
        patience_ms: 60_000,
      })
    }),
  product: async ({ post, world, workflows }, clients, random) => {
    const client = pick(random, clients)
    const { bankId, accountant } = world
    const body = { coinSerial: client.serial, amount: '0.01', fullName: CLIENT_NAME, bankId, iban: IBAN }
    const { process } = (await post(client, '/bank-withdrawals/with-bank', body)).body
    await endOf(workflows, checkIdOf(process.id, 1))
    await post(accountant, `/bank-withdrawals/${process.requestIdentifier}/accept`, {})
    const end = await endOf(workflows, workflowIdOf('withdrawal', process.id))
    if (end?.state !== 'processed') throw new Error(`a withdrawal ended as ${end?.state}`)
  },
  bare: async ({ startBare, postBare, workflows }) => {
    const id = await startBare('bareWithdrawal')
    await endOf(workflows, `${id}/check`)
    await postBare(`/accept/${id}`)
    await endOf(workflows, id)
  },
}

/** Waits by long poll. A child may not be there yet when its parent has answered. */
export async function endOf(
  workflows: BenchEngine['workflows'],
  id: string,
): Promise<{ state: string } | undefined> {
  for (;;) {
    try {
      return await workflows.getHandle<() => Promise<{ state: string } | undefined>>(id).result()
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error
      await sleep(LOOK_AGAIN_MS)
    }
  }
}

const LOOK_AGAIN_MS = 10

function topUp(client: BenchClient, { bankId }: BenchEngine['world']) {
  return { coinSerial: client.serial, amount: '0.01', fullName: CLIENT_NAME, bankId }
}
