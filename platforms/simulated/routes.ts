import express from 'express'
import type { Express } from 'express'
import type { Bank } from './bank.ts'
import { bookRoutes } from './book-routes.ts'
import { faultRoutes } from './fault-routes.ts'
import type { FaultQueue } from './fault-queue.ts'
import { answerError, answerUnknownPath, requireKey } from './http.ts'
import { payoutRoutes } from './payout-routes.ts'

const BODY_LIMIT = '16kb'

export function createRoutes(bank: Bank, faults: FaultQueue, apiKey: string): Express {
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  // The key comes first: a stranger's body is not even read.
  app.use(requireKey(apiKey))
  app.use(express.json({ limit: BODY_LIMIT }))
  app.use(payoutRoutes(bank, faults), bookRoutes(bank, faults), faultRoutes(faults))
  app.use(answerUnknownPath)
  app.use(answerError)
  return app
}
