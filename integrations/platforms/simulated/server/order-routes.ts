import { Router } from 'express'
import type { Request, Response } from 'express'
import type { Accounts } from './accounts.ts'
import type { FaultQueue } from './fault-queue.ts'
import type { HeldOrder } from './held-book.ts'
import { mayFail, readBody } from './http.ts'
import { orderRequest } from './order-requests.ts'
import { reply } from './send.ts'

const STATUS: Readonly<Record<HeldOrder['status'], number>> = { confirmed: 201, pending: 202, refused: 422 }

type About = Request<{ reference: string }>

export function orderRoutes(accounts: Accounts, faults: FaultQueue): Router {
  const router = Router()
  router.post('/orders', (req, res) => postOrder(accounts, req, res))
  router.get(
    '/orders/:reference',
    mayFail('look_up_is_down', (req: About) => faults.takeForRead('lookup_down', req.params.reference)),
  )
  router.get('/orders/:reference', (req, res) => getOrder(accounts, req, res))
  router.post('/orders/:reference/hurry', (req, res) => postHurry(accounts, req, res))
  return router
}

async function postOrder(accounts: Accounts, req: Request, res: Response): Promise<void> {
  const result = await accounts.place(readBody(orderRequest, req.body))
  if (result.kind !== 'taken') res.status(409).json({ reason: 'reference_taken_by_another_order' })
  else
    reply(res, result, () => {
      if (result.order) res.status(STATUS[result.order.status]).json(result.order)
    })
}

async function getOrder(accounts: Accounts, req: About, res: Response): Promise<void> {
  const { reference } = req.params
  const order = await accounts.find(reference)
  if (order) res.json(order)
  else res.status(404).json({ reference, status: 'absent' })
}

async function postHurry(accounts: Accounts, req: About, res: Response): Promise<void> {
  if (await accounts.hurry(req.params.reference)) await getOrder(accounts, req, res)
  else res.status(409).json({ reason: 'nothing_is_due' })
}
