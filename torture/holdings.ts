import { setTimeout as sleep } from 'node:timers/promises'
import { operationsIn, shownIn } from './answers.ts'
import type { Caller, Person } from './caller.ts'
import { openCurrency } from './currencies.ts'
import { writeExchange } from './log.ts'
import type { BankSide } from './stack.ts'
import {
  HELD_CURRENCIES,
  type Coin,
  type HeldCurrency,
  type Holding,
  type Setup,
  type World,
} from './world.ts'

const KEPT = {
  USDT: { code: 'USDT', digitalCode: 'USDT', symbol: '₮', name: 'Tether', kind: 'crypto', fraction: 6 },
  BTC: { code: 'BTC', digitalCode: 'BTC', symbol: '₿', name: 'Bitcoin', kind: 'crypto', fraction: 8 },
} as const
/** So many of the clients without commissions, and all of the others. */
const OWNERS = 4

type Opening = {
  readonly administrator: Person
  readonly bank: BankSide
  readonly owners: Pick<World, 'clients' | 'limited'>
}

/** What the platform does by itself on a client's account. */
export type OwnMovement = {
  readonly place: string
  readonly currency: HeldCurrency
  readonly amount: string
  readonly what: string
}

/** The simulated server as a platform of the project, with accounts and assets on it that are switched on. */
export async function openHoldings(call: Setup, { administrator, bank, owners }: Opening) {
  const issuers = {
    USDT: await openCurrency(call, administrator, KEPT.USDT),
    BTC: await openCurrency(call, administrator, KEPT.BTC),
  }
  await call(administrator, 'POST /configurations/account-types', { label: 'trading', name: 'Trading' })
  const platform = await call(administrator, 'POST /platforms', {
    name: 'Sandbox',
    label: 'simulated',
    urls: { apiUrl: bank.seenAt },
    credentials: { apiKey: bank.apiKey, callbackSecret: bank.callbackSecret },
  })
  await tell(bank, 'PUT /callback', { url: `${bank.callsAt}/${platform.id}` })
  await tell(bank, 'PUT /rates', { sell: 'USDT', buy: 'BTC', rate: '0.0000217', decimals: 8 })
  await tell(bank, 'PUT /rates', { sell: 'BTC', buy: 'USDT', rate: '45871.13', decimals: 6 })
  const open = async (owner: Coin, isLimited: boolean): Promise<Holding> => {
    const account = { type: 'trading', owner: owner.organization }
    const { id: inside } = await call(administrator, 'POST /accounts', account)
    await call(administrator, `PATCH /accounts/${inside}`, { active: true })
    const add = async (currency: HeldCurrency) => {
      const wish = { currency, platform: platform.id }
      const { id } = await call(administrator, `POST /accounts/${inside}/assets`, wish)
      await call(administrator, `PATCH /assets/${id}`, { active: true })
      return { id, place: (await call(administrator, `GET /assets/${id}`)).platform.account }
    }
    return { owner, isLimited, assets: { USDT: await add('USDT'), BTC: await add('BTC') } }
  }
  const [first, ...others] = owners.clients
  const holdings: [Holding, ...Holding[]] = [await open(first, false)]
  for (const owner of others.slice(0, OWNERS - 1)) holdings.push(await open(owner, false))
  for (const owner of owners.limited) holdings.push(await open(owner, true))
  return { holdings, issuers }
}

const FUNDS: Readonly<Record<HeldCurrency, string>> = { USDT: '6000', BTC: '0.25' }
/** Nothing is wrong yet, so it ends; only a product that is broken takes so long. */
const FUNDED_WITHIN_MS = 180_000
const FUND_TRIES = 8

/** Every asset gets something while nothing is wrong yet; these are operations like all others. */
export async function fundHoldings(caller: Caller, { holdings, accountants: [by] }: World): Promise<void> {
  const assets = holdings.flatMap(({ assets: of }) =>
    HELD_CURRENCIES.map((currency) => ({ currency, ...of[currency] })),
  )
  await Promise.all(
    assets.map(async ({ currency, id }) => {
      const mark = `fund-${id}`
      const body = { amount: FUNDS[currency], description: mark }
      const ask = { by, path: `/assets/${id}/deposit`, body, mark, key: `key-${mark}` }
      const heard = await caller.insist(ask, FUND_TRIES)
      const [operation] = operationsIn(heard)
      if (operation === undefined || !(await isDone(caller, { by, operation })))
        throw new Error(`the asset ${id} could not be funded (${heard.status})`)
    }),
  )
}

/** @returns false where it takes too long */
export async function isDone(
  caller: Caller,
  { by, operation }: { by: Person; operation: string },
): Promise<boolean> {
  const deadline = Date.now() + FUNDED_WITHIN_MS
  while (Date.now() < deadline) {
    const heard = await caller.send({ by, path: `/transactions/${operation}`, operation })
    if (shownIn(heard)?.phase === 'processed') return true
    await sleep(POLL_MS)
  }
  return false
}
const POLL_MS = 200

/** The platform moves a balance by itself, and it is written down like everything that was asked for. */
export async function moveByItself(
  bank: BankSide,
  { place, ...body }: OwnMovement,
  logFile: string,
): Promise<void> {
  const sentAt = Date.now()
  const path = `/accounts/${place}/entries`
  const heard = await tell(bank, `POST ${path}`, body).then(
    (answer) => ({ status: 201, answer }),
    () => ({ status: null, answer: null }),
  )
  const common = {
    person: 'the platform',
    method: 'POST',
    path,
    body,
    key: null,
    mark: null,
    operation: null,
  }
  writeExchange(logFile, { n: 0, sentAt, endedAt: Date.now(), ...common, ...heard })
}

/** @throws where it is not done, as far as we hear */
async function tell(bank: BankSide, what: string, body: object): Promise<unknown> {
  const [method = '', path = ''] = what.split(' ')
  const answer = await fetch(bank.url + path, {
    method,
    headers: { authorization: `Bearer ${bank.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(5_000),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the platform answered ${answer.status} to ${what}: ${text}`)
  return JSON.parse(text)
}
