import { Router } from 'express'
import type { Request, Response } from 'express'
import type { Bank } from './bank.ts'
import type { FaultQueue } from './fault-queue.ts'
import { mayFail, readBody } from './http.ts'
import { viewOf } from './payout-routes.ts'
import { bookQuery } from './requests.ts'
import { totalsOf } from './totals.ts'

/** Stays well below what customers read of one answer. */
const PAGE_SIZE = 50

/** For reconciliation: the whole book, what it adds up to, and a period of it page by page. */
export function bookRoutes(bank: Bank, faults: FaultQueue): Router {
  const router = Router()

  router.get('/book', async (_req, res) => {
    const payouts = await bank.list()
    res.json({ payouts, totals: totalsOf(payouts) })
  })

  router.get('/book/balance', async (_req, res) => {
    const balances = totalsOf(await bank.list()).map(({ currency, balance }) => ({ currency, balance }))
    res.json({ balances })
  })

  router.get(
    '/book/payouts',
    mayFail('book_is_down', () => faults.takeForRead('book_down')),
  )
  router.get('/book/payouts', (req, res) => getPayouts(bank, req, res))

  return router
}

/** Pages count in the order in which payouts were taken, so they stay what they are while more come in. */
async function getPayouts(bank: Bank, req: Request, res: Response): Promise<void> {
  const { from, to, page } = readBody(bookQuery, req.query)
  const [first, last] = [Date.parse(from), Date.parse(to)]
  const taken = (await bank.listWithTimes()).filter(
    ({ takenAt }) => Date.parse(takenAt) >= first && Date.parse(takenAt) < last,
  )
  const start = Number(page) * PAGE_SIZE
  const payouts = taken.slice(start, start + PAGE_SIZE).map(viewOf)
  res.json({ payouts, next: taken.length > start + PAGE_SIZE ? String(Number(page) + 1) : null })
}
