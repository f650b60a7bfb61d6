import express from 'express'
import { httpServer } from '#test/support/http-server.ts'
import { sumOf } from '../decimals.ts'
import { createMisbehaviour, fieldOf } from '../misbehaviour.ts'

export const BRANCH_KEY = 'branch-key-of-the-tests'
const PAGE_SIZE = 50

export type Movement = {
  readonly number: string
  readonly reference: string | null
  readonly account: string
  readonly currency: string
  readonly amount: string
  state: 'booked' | 'pending' | 'refused'
  readonly at: string
  readonly why: string
}

/** The bank, with a book of its own: one list of movements. */
export async function startMeridianServer() {
  const book: Movement[] = []
  const faults = createMisbehaviour()
  const app = express()
  app.use(express.json())
  app.use((req, res, next) => {
    if (req.get('x-branch-key') === BRANCH_KEY) next()
    else res.status(401).json({})
  })

  const seen = (reference: string) => book.find((one) => one.reference === reference)
  const bookedAt = (account: string, currency: string) =>
    book.filter((one) => one.account === account && one.currency === currency && one.state === 'booked')

  type Asked = Omit<Movement, 'number' | 'at' | 'why' | 'state'>
  function add(asked: Asked, state: Movement['state']): void {
    if (asked.reference !== null && seen(asked.reference)) return
    const why = state === 'refused' ? 'not wanted' : 'movement'
    book.push({ ...asked, number: `M${book.length + 1}`, state, at: new Date().toISOString(), why })
  }

  app.get('/v1/whoami', (_req, res) => {
    if (!faults.answersInstead(res, 'other')) res.json({ name: 'a branch' })
  })

  app.post('/v1/movements', (req, res) => {
    const [reference = '', account = '', currency = '', amount = ''] = [
      'reference',
      'account',
      'currency',
      'amount',
    ].map((name) => fieldOf(req.body, name))
    if (faults.answersInstead(res, 'send', reference)) return
    const known = seen(reference)
    if (known && known.amount !== amount) return void res.status(409).json({})
    if (known) return void res.status(201).json(known)
    const asked = { reference, account, currency, amount }
    const answer = () => void res.status(201).json(seen(reference))
    const refuse = () => {
      add(asked, 'refused')
      answer()
    }
    const left = sumOf([...bookedAt(account, currency).map((one) => one.amount), amount])
    if (left.startsWith('-')) return refuse()
    faults.take(res, {
      reference,
      book: (as) => add(asked, as === 'done' ? 'booked' : 'pending'),
      settle(as) {
        const one = seen(reference)
        if (one) one.state = as === 'done' ? 'booked' : 'refused'
      },
      refuse,
      answer,
    })
  })

  app.get('/v1/movements/:reference', ({ params: { reference } }, res) => {
    if (faults.answersInstead(res, 'lookUp', reference)) return
    const known = seen(reference)
    if (known) res.json(known)
    else res.status(404).json({ reference, state: 'never_seen' })
  })

  app.get('/v1/accounts/:account/:currency', ({ params: { account, currency } }, res) => {
    if (faults.answersInstead(res, 'balance')) return
    const amounts = bookedAt(account, currency).map(({ amount }) => amount)
    if (amounts.length > 0) res.json({ account, currency, balance: sumOf(amounts) })
    else res.status(404).json({ account, state: 'never_seen' })
  })

  app.get('/v1/accounts/:account/:currency/movements', ({ params: { account, currency }, query }, res) => {
    if (faults.answersInstead(res, 'book')) return
    const from = Number(fieldOf(query, 'after') || '0')
    const since = fieldOf(query, 'since')
    const all = bookedAt(account, currency).filter(({ at }) => at >= since)
    const after = from + PAGE_SIZE < all.length ? String(from + PAGE_SIZE) : null
    res.json({ movements: all.slice(from, from + PAGE_SIZE), after })
  })

  const { url, stop } = await httpServer(app)
  return { url, book, faults, add, bookedAt, stop }
}
