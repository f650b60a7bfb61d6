import express from 'express'
import type { Express } from 'express'
import { accountRoutes } from './account-routes.ts'
import type { Accounts } from './accounts.ts'
import type { Bank } from './bank.ts'
import { bookRoutes } from './book-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import type { FaultQueue } from './fault-queue.ts'
import { answerError, answerUnknownPath, requireKey } from './http.ts'
import { orderRoutes } from './order-routes.ts'
import { sandboxPage } from './page.ts'
import { payoutRoutes } from './payout-routes.ts'

const BODY_LIMIT = '16kb'

type Parts = { readonly bank: Bank; readonly accounts: Accounts; readonly faults: FaultQueue }

export function createRoutes({ bank, accounts, faults }: Parts, apiKey: string): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // How to use it is nobody's secret.
  app.get('/', (req, res) => {
    res.set('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
    res.type('html').send(sandboxPage(`http://127.0.0.1:${req.socket.localPort}`))
  })
  // Then the key comes first: a stranger's body is not even read.
  app.use(requireKey(apiKey))
  app.use(express.json({ limit: BODY_LIMIT }))
  app.use(faultRoutes(faults))
  app.use((_req, res, next) => {
    if (faults.isDown()) res.status(503).json({ reason: 'platform_is_down' })
    else next()
  })
  app.get('/ping', (_req, res) => {
    res.json({ status: 'ok' })
  })
  app.use(payoutRoutes(bank, faults), bookRoutes(bank, faults))
  app.use(orderRoutes(accounts, faults), accountRoutes(accounts, faults))
  app.use(answerUnknownPath)
  app.use(answerError)
  return app
}
