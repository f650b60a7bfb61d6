import { Router } from 'express'
import type { Request, Response } from 'express'
import type { Bank } from './bank.ts'
import type { Entry } from './book.ts'
import type { FaultQueue } from './fault-queue.ts'
import { mayFail, readBody } from './http.ts'
import { payoutRequest, returnRequest } from './requests.ts'
import { reply } from './send.ts'

const STATUS: Readonly<Record<Entry['status'], number>> = {
  confirmed: 201,
  pending: 202,
  refused: 422,
  returned: 201,
}

type About = Request<{ reference: string }>

export function payoutRoutes(bank: Bank, faults: FaultQueue): Router {
  const router = Router()
  router.post('/payouts', (req, res) => postPayout(bank, req, res))
  router.get(
    '/payouts/:reference',
    mayFail('look_up_is_down', (req: About) => faults.takeForRead('lookup_down', req.params.reference)),
  )
  router.get('/payouts/:reference', (req, res) => getPayout(bank, req, res))
  router.post('/payouts/:reference/return', (req, res) => postReturn(bank, req, res))
  router.post('/payouts/:reference/hurry', (req, res) => postHurry(bank, req, res))
  return router
}

async function postPayout(bank: Bank, req: Request, res: Response): Promise<void> {
  const result = await bank.pay(readBody(payoutRequest, req.body))
  if (result.kind !== 'taken') res.status(409).json({ reason: 'reference_taken_by_another_payout' })
  else
    reply(res, result, () => {
      if (result.entry) res.status(STATUS[result.entry.status]).json(firstOutcomeOf(result.entry))
    })
}

async function getPayout(bank: Bank, req: About, res: Response): Promise<void> {
  const { reference } = req.params
  const entry = await bank.find(reference)
  if (entry) res.json(viewOf(entry))
  else res.status(404).json({ reference, status: 'absent' })
}

async function postReturn(bank: Bank, req: About, res: Response): Promise<void> {
  const { reference } = req.params
  const { reason } = readBody(returnRequest, req.body ?? {})
  const entry = await bank.giveBack(reference, reason)
  if (!entry) res.status(404).json({ reference, status: 'absent' })
  else if (entry.status === 'returned') res.status(201).json(viewOf(entry))
  else res.status(409).json({ reason: 'payout_is_not_confirmed' })
}

async function postHurry(bank: Bank, req: About, res: Response): Promise<void> {
  if (await bank.hurry(req.params.reference)) await getPayout(bank, req, res)
  else res.status(409).json({ reason: 'nothing_is_due' })
}

/** A resend hears what the first send heard; what came after is told by the look-up. */
function firstOutcomeOf(entry: Entry) {
  if (entry.status !== 'returned') return viewOf(entry)
  const { return: _, ...confirmed } = viewOf(entry)
  return { ...confirmed, status: 'confirmed' }
}

/** The customer knows the creditor; nobody else on the way needs to. */
export function viewOf<Shown extends Entry>(entry: Shown): Omit<Shown, 'creditor'> {
  const { creditor: _, ...view } = entry
  return view
}
