import { Router } from 'express'
import type { Request, Response } from 'express'
import type { Accounts, Place } from './accounts.ts'
import type { FaultQueue } from './fault-queue.ts'
import { mayFail, readBody } from './http.ts'
import { accountName, callSetting, entriesQuery, ownEntry, rateSetting } from './order-requests.ts'

/** Stays well below what customers read of one answer. */
const PAGE_SIZE = 50

type About = Request<{ account: string }>

/** What is kept, what moved it, and what only the platform itself decides. */
export function accountRoutes(accounts: Accounts, faults: FaultQueue): Router {
  const router = Router()

  router.get(
    '/accounts/:account/balances/:currency',
    mayFail('balance_is_down', () => faults.takeForRead('balance_down')),
    (req: Request<Place>, res: Response) => getBalance(accounts, req, res),
  )
  router.get(
    '/accounts/:account/entries',
    mayFail('book_is_down', () => faults.takeForRead('book_down')),
    (req: About, res: Response) => getEntries(accounts, req, res),
  )
  router.post('/accounts/:account/entries', (req, res) => postEntry(accounts, req, res))

  router.get('/rates', (_req, res) => {
    res.json({ rates: accounts.rates() })
  })
  router.put('/rates', (req, res) => putRate(accounts, req, res))

  router.get('/callback', (_req, res) => {
    res.json({ urls: accounts.callTo() })
  })
  router.put('/callback', (req, res) => putCallback(accounts, req, res))

  router.get('/book/orders', async (_req, res) => {
    res.json({ orders: await accounts.orders() })
  })
  router.get('/book/entries', async (_req, res) => {
    res.json({ entries: await accounts.entries() })
  })

  return router
}

async function getBalance(accounts: Accounts, req: Request<Place>, res: Response): Promise<void> {
  const { account, currency } = req.params
  const balance = await accounts.balance({ account, currency })
  if (balance === undefined) res.status(404).json({ account, status: 'absent' })
  else res.json({ account, currency, balance })
}

/** Pages count in the order of booking, so they stay what they are while more is booked. */
async function getEntries(accounts: Accounts, req: About, res: Response): Promise<void> {
  const { account } = req.params
  const { currency, since, page } = readBody(entriesQuery, req.query)
  if ((await accounts.balance({ account, currency })) === undefined) {
    res.status(404).json({ account, status: 'absent' })
    return
  }
  const listed = (await accounts.entries()).filter(
    (entry) =>
      entry.account === account && entry.currency === currency && Date.parse(entry.at) >= Date.parse(since),
  )
  const start = Number(page) * PAGE_SIZE
  const next = listed.length > start + PAGE_SIZE ? String(Number(page) + 1) : null
  res.json({ account, currency, entries: listed.slice(start, start + PAGE_SIZE), next })
}

async function postEntry(accounts: Accounts, req: About, res: Response): Promise<void> {
  const account = readBody(accountName, req.params.account)
  const booked = await accounts.enter(account, readBody(ownEntry, req.body))
  if (booked) res.status(201).json(booked)
  else res.status(409).json({ reason: 'insufficient_funds' })
}

async function putRate(accounts: Accounts, req: Request, res: Response): Promise<void> {
  const rate = readBody(rateSetting, req.body)
  await accounts.setRate(rate)
  res.json(rate)
}

async function putCallback(accounts: Accounts, req: Request, res: Response): Promise<void> {
  await accounts.direct(readBody(callSetting, req.body))
  res.json({ urls: accounts.callTo() })
}
