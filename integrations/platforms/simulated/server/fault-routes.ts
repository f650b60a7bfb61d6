import { Router } from 'express'
import type { FaultQueue } from './fault-queue.ts'
import { readBody } from './http.ts'
import { faultOrder } from './requests.ts'

export function faultRoutes(faults: FaultQueue): Router {
  const router = Router()

  router.post('/faults', (req, res) => {
    const order = readBody(faultOrder, req.body)
    if (faults.add(order)) res.status(201).json(order)
    else res.status(409).json({ reason: 'too_many_faults_are_queued' })
  })

  router.get('/faults', (_req, res) => {
    res.json({ faults: faults.list() })
  })

  router.delete('/faults', (_req, res) => {
    faults.clear()
    res.status(204).end()
  })

  return router
}
