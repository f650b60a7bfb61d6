import { createHash } from 'node:crypto'
import express from 'express'
import type { Response } from 'express'
import { httpServer } from '#test/support/http-server.ts'
import { sumOf } from './decimals.ts'
import { createMisbehaviour, fieldOf } from './misbehaviour.ts'
import type { Misbehaviour } from './misbehaviour.ts'

export const TRADING_KEY = 'trading-key-of-the-tests'
export const ACCOUNT_KEY = 'account-key-of-the-tests'

export type Movement = {
  readonly account: string
  readonly value: string
  readonly comment: string
  readonly status: string
  readonly at: string
}
export type UtipServer = {
  readonly url: string
  readonly book: Movement[]
  readonly faults: Misbehaviour
  /** Each form that came, as it came. */
  readonly heard: { readonly method: string; readonly form: Readonly<Record<string, unknown>> }[]
  move(account: string, value: string): void
  stop(): Promise<void>
}

/** Both servers of UTIP in one, with a book of its own. What it does not know of the protocol it does not make up. */
export async function startUtipServer(): Promise<UtipServer> {
  const book: Movement[] = []
  const faults = createMisbehaviour()
  const heard: UtipServer['heard'] = []
  const app = express()
  app.use(express.urlencoded({ extended: false }))

  function move(account: string, value: string, comment = ''): void {
    const at = new Date().toISOString().slice(0, 19).replace('T', ' ')
    book.push({ account, value, comment, status: comment === '' ? '3' : '1', at })
  }

  app.post('/api/v_2/:module/:method', (req, res) => {
    const { module, method } = req.params
    const form = (req.body ?? {}) as Record<string, unknown>
    heard.push({ method: `${module}/${method}`, form })
    const trading = module === 'trading' || module === 'service'
    if (!isSigned(form, trading ? TRADING_KEY : ACCOUNT_KEY)) fail(res, 601)
    else answer(method, form, res)
  })

  function answer(method: string, form: Readonly<Record<string, unknown>>, res: Response): void {
    const account = fieldOf(form, method === 'GetTradeAccountInfo' ? 'server_account' : 'account_id')
    const known = book.filter((one) => one.account === account)
    switch (method) {
      case 'InsertDeposit':
        return insert(form, res)
      case 'GetTradeAccountInfo': {
        if (faults.answersInstead(res, 'balance')) return
        if (known.length === 0) return fail(res, 602, { server_account: 'unknown' })
        const balance = sumOf(known.map(({ value }) => value))
        return succeed(
          res,
          `{"server_account":${JSON.stringify(account)},"balance":${balance},"freeBalance":${balance},"margin":0,"actives":[]}`,
        )
      }
      case 'GetDeposits':
        if (faults.answersInstead(res, 'book')) return
        if (known.length === 0) return fail(res, 602, { account_id: 'unknown' })
        return succeed(res, `[${known.map(listed).join(',')}]`)
      case 'TradingTypesAccountsList':
      case 'GetCountries':
        if (!faults.answersInstead(res, 'other')) succeed(res, '[]')
        return
      default:
        res.status(404).end()
    }
  }

  function insert(form: Readonly<Record<string, unknown>>, res: Response): void {
    const [account, value, comment] = ['account_id', 'value', 'comment'].map((name) => fieldOf(form, name))
    if (faults.answersInstead(res, 'send', comment)) return
    const known = book.filter((one) => one.account === account).map((one) => one.value)
    if (!account || !value || !/^-?[0-9]+(\.[0-9]+)?$/.test(value) || fieldOf(form, 'work_type') === '')
      return fail(res, 603, { value: 'is wrong' })
    if (sumOf([...known, value]).startsWith('-')) return fail(res, 603, { value: 'is more than there is' })
    faults.take(res, {
      reference: comment ?? '',
      book: () => move(account, value, comment),
      settle: () => undefined,
      refuse: () => fail(res, 603, { value: 'is not wanted' }),
      answer: () => succeed(res, '[]'),
    })
  }

  const { url, stop } = await httpServer(app)
  return { url, book, faults, heard, move, stop }
}

/** Numbers as numbers, as the other side writes them. */
function listed({ account, value, status, at }: Movement): string {
  return `{"OPERATION_DATE":"${at}","SERVER_ACCOUNT":${JSON.stringify(account)},"EQUITY":${value},"STATUS":${status}}`
}

function isSigned(form: Readonly<Record<string, unknown>>, apiKey: string): boolean {
  const random = fieldOf(form, 'rand_param')
  const key = createHash('md5').update(apiKey).update(random).digest('hex')
  return /^[1-9][0-9]{6,7}$/.test(random) && fieldOf(form, 'key') === key
}

function succeed(res: Response, values: string): void {
  res.type('json').send(`{"result":"success","values":${values}}`)
}

function fail(res: Response, number: number, errors: object = {}): void {
  res.json({ result: 'failed', error_number: number, errors: Object.keys(errors).length === 0 ? [] : errors })
}
