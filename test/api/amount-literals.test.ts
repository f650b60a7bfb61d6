import { inProject } from '#db/connection.ts'
import type { Gateway } from '#temporal/gateway.ts'
import { MOST } from '#test/domain/exact-oracle.ts'
import { startTestApi, type Answer, type TestApi } from '#test/support/api.ts'
import { openTestBook, type TestBook } from '#test/support/book.ts'
import { freshCode } from '#test/support/catalogue.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { addBanks, hirePeople, type Person } from '#test/support/engine-people.ts'

const never = () => Promise.reject(new Error('nobody decides here'))
/** What is asked for is taken, and its workflow would start later. */
const LATER: Gateway = {
  submit: () => Promise.resolve('later'),
  decide: never,
  deliver: never,
  tellPlatformCalled: never,
  startReturn: never,
  isOpen: never,
}

let database: TestDatabase
let api: TestApi
let book: TestBook
let people: Awaited<ReturnType<typeof hirePeople>>
let bankId: string

beforeAll(async () => {
  database = await createDatabase()
  api = await startTestApi({ databaseUrl: database.url, temporal: LATER })
  book = await openTestBook(database)
  people = await hirePeople(book)
  bankId = (await addBanks(book)).manual
})
afterAll(async () => {
  await api.stop()
  await book.close()
  await database.drop()
})

function post(path: string, body: object | string, by: Person = people.administrator): Promise<Answer> {
  return api.call('POST', path, { token: by.token, body })
}
async function created(path: string, body: object): Promise<string> {
  return (await post(path, body)).text('id')
}

type Place = {
  readonly parameter: string
  /** Where the answer, or else the list, says what was taken. */
  readonly shown: string | (() => Promise<unknown>)
  readonly by?: Person
  readonly path: string
  /** The amount stands where "@" is. */
  readonly body: object
}

const STAGES = [{ roles: ['cfo'], approvers: 1 }]

/** Where people write an amount, in euros, besides what other tests say of the money POSTs; the rest of the body is right. */
const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  'the amount of a correction': async () => ({
    parameter: 'amount',
    shown: 'process.amount',
    by: people.accountant,
    path: `/transactions/${await toppedUp(MOST)}/reverse`,
    body: { amount: '@', reason: 'by mistake' },
  }),
  'the amount of a bank line': () => {
    const reference = freshCode()
    return Promise.resolve({
      parameter: 'lines.0.amount',
      shown: () => amountOfLine(reference),
      by: people.accountant,
      path: '/bank-lines',
      body: { bankId, lines: [{ reference, amount: '@', currency: 'EUR' }] },
    })
  },
  'the value of a limit': async () => ({
    parameter: 'value',
    shown: 'value',
    path: `${await freshContract()}/limit-profiles`,
    body: {
      operationFlowId: 'transfer',
      qualifier: 'amount',
      timeUnit: 'per_day',
      value: '@',
      issuerId: book.issuerId,
    },
  }),
  'the begin of a condition': async () =>
    condition('beginAmount', { beginAmount: '@', commission: { type: 'zero' } }),
  'the end of a condition': async () =>
    condition('endAmount', { beginAmount: '0', endAmount: '@', commission: { type: 'zero' } }),
  'a fixed commission': async () =>
    condition('commission.valueFixed', { beginAmount: '0', commission: { type: 'fixed', valueFixed: '@' } }),
  'the begin of a band': () => Promise.resolve(band('fromAmount')),
  'the end of a band': () => Promise.resolve(band('toAmount')),
  'the amount of a policy': () =>
    Promise.resolve({
      parameter: 'fromAmount',
      shown: 'fromAmount',
      path: '/aml/policies',
      body: {
        name: freshCode(),
        types: ['bank_topup'],
        issuerId: book.issuerId,
        fromAmount: '@',
        provider: 'rules',
      },
    }),
  'the amount of a check': () =>
    Promise.resolve({
      parameter: 'fromAmount',
      shown: 'fromAmount',
      path: '/aml/rules',
      body: {
        name: freshCode(),
        type: 'amount',
        types: ['bank_topup'],
        verdict: 'review',
        issuerId: book.issuerId,
        fromAmount: '@',
      },
    }),
}

async function toppedUp(amount: bigint): Promise<string> {
  const coin = await book.addCoin()
  await book.fund(coin, amount)
  return inProject(book.db, book.projectId, async (trx) => {
    const row: { id: string } = await trx('operations').where({ coin_id: coin }).first('id')
    return row.id
  })
}

async function amountOfLine(reference: string): Promise<unknown> {
  const list = await post('/bank-lines/view', { pageSize: 100 }, people.accountant)
  const lines = list.at('records') as { reference: string; amount: string }[]
  return lines.find((line) => line.reference === reference)?.amount
}

async function freshContract(): Promise<string> {
  const body = { name: 'C', organizationType: 'individual', personType: 'gold' }
  return `/contracts/${await created('/contracts', body)}`
}

async function condition(parameter: string, body: object): Promise<Place> {
  const profiles = `${await freshContract()}/commission-profiles`
  const profile = await created(profiles, { operationFlowId: 'transfer', issuerId: book.issuerId })
  const rules = `${profiles}/${profile}/commission-rule`
  const rule = await created(rules, { beginDate: '2020-01-01T00:00:00Z', direction: 'IN' })
  return { parameter, shown: parameter, path: `${rules}/${rule}/condition`, body }
}

function band(parameter: 'fromAmount' | 'toAmount'): Place {
  const body = {
    businessProcessType: 'bank_redeem',
    issuerId: book.issuerId,
    stages: STAGES,
    [parameter]: '@',
  }
  return { parameter, shown: `proposed.${parameter}`, path: '/approval-rules', body }
}

/** JSON as it is written in the body, and the amount that it is. */
const TAKEN = [
  ['0.10', '0.10'],
  ['0.1', '0.10'],
  ['1.0', '1.00'],
  ['"1.0"', '1.00'],
  ['9007199254740993', '9007199254740993.00'],
  ['9007199254740993.01', '9007199254740993.01'],
  ['1234567890123456789012345678.90', '1234567890123456789012345678.90'],
  ['"9999999999999999999999999999.99"', '9999999999999999999999999999.99'],
] as const

const REFUSED = [
  '1e2',
  '1E2',
  '1e-2',
  '1.5e1',
  '100e-2',
  '-1',
  '-0',
  '-0.0',
  '0.001',
  '1.000',
  '0.1000000000000000055',
  '9007199254740993.001',
  '12345678901234567890123456789',
  '"10000000000000000000000000000.00"',
  '99999999999999999999999999999999999999999999',
  '1e400',
  'true',
  '{"value":1}',
  '[1]',
]

describe.each(Object.entries(PLACES))('%s', (_, place) => {
  async function send(literal: string) {
    const { parameter, shown, path, body, by } = await place()
    const raw = JSON.stringify(body).replace('"@"', () => literal)
    return { parameter, shown, answer: await post(path, raw, by) }
  }

  it.each(TAKEN)('written as %s is taken as %s', async (literal, amount) => {
    const { shown, answer } = await send(literal)
    const found = typeof shown === 'string' ? answer.at(shown) : await shown()
    expect([answer.status < 300, found]).toEqual([true, amount])
  })

  it('is refused by its name in every other form, and never rounded', async () => {
    for (const literal of REFUSED) {
      const { parameter, answer } = await send(literal)
      const named = (answer.at('errors') as { parameter: string }[] | undefined)?.map(
        (error) => error.parameter,
      )
      expect([literal, answer.status, named]).toEqual([literal, 400, [expect.stringContaining(parameter)]])
    }
  })

  it('is refused where it is said twice', async () => {
    const { path, body, parameter, by } = await place()
    const field = parameter.split('.').at(-1)
    const raw = JSON.stringify(body).replace(`"${field}":"@"`, `"${field}":"1","${field}":"2"`)
    expect((await post(path, raw, by)).at('code')).toBe('malformed_json')
  })
})
