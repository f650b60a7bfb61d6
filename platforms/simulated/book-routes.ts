import { Router } from 'express'
import type { Bank } from './bank.ts'
import { totalsOf } from './totals.ts'

/** For reconciliation: the whole book, and what it adds up to. */
export function bookRoutes(bank: Bank): Router {
  const router = Router()

  router.get('/book', async (_req, res) => {
    const payouts = await bank.list()
    res.json({ payouts, totals: totalsOf(payouts) })
  })

  router.get('/book/balance', async (_req, res) => {
    const balances = totalsOf(await bank.list()).map(({ currency, balance }) => ({ currency, balance }))
    res.json({ balances })
  })

  return router
}
