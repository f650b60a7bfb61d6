import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client'
import express, { type Express } from 'express'
import { connect } from '#db/connection.ts'
import { connectionOptions, type TemporalSettings } from '#temporal/settings.ts'
import { BARE_QUEUE } from './queue.ts'
import {
  accepted,
  submitted,
  type bareDeposit,
  type bareRequest,
  type bareTopUp,
  type bareWithdrawal,
} from './workflows.ts'

const STARTABLE = ['bareTopUp', 'bareRequest', 'bareWithdrawal', 'bareDeposit'] as const

/** The bare limits behind HTTP, in the API's own process: the same Express, the same kind of pool, the same kind of client. */
export async function startBareRoutes(config: {
  readonly databaseUrl: string
  readonly temporal: TemporalSettings
}): Promise<{ url: string }> {
  const db = connect(config.databaseUrl)
  const connection = Connection.lazy(connectionOptions(config.temporal))
  const { workflow } = new Client({ connection, namespace: config.temporal.namespace })
  const app = express()
  app.post('/select-1', async (_req, res) => {
    await db.raw('select 1')
    res.json({ status: 'ok' })
  })
  for (const name of STARTABLE)
    app.post(`/${name}/:id`, async ({ params: { id } }, res) => {
      const answer = await workflow.executeUpdateWithStart(submitted, {
        updateId: 'submitted',
        startWorkflowOperation: new WithStartWorkflowOperation<
          typeof bareTopUp | typeof bareRequest | typeof bareWithdrawal | typeof bareDeposit
        >(name, {
          workflowId: id,
          taskQueue: BARE_QUEUE,
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          args: [],
        }),
      })
      res.status(201).json({ answer })
    })
  app.post('/accept/:id', async ({ params: { id } }, res) => {
    res.json({ answer: await workflow.getHandle(id).executeUpdate(accepted, { updateId: 'accepted' }) })
  })
  const server = await listen(app)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function listen(app: Express): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = app.listen(0, '127.0.0.1', (error?: Error) => (error ? reject(error) : resolve(server)))
  })
}
