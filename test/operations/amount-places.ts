import { inProject } from '#db/connection.ts'
import type { TestBook } from '#test/support/book.ts'
import { freshCode } from '#test/support/catalogue.ts'
import type { addBanks, Person } from '#test/support/engine-people.ts'
import type { BookApi } from '#test/support/use-book-api.ts'
import { MOST } from './exact-oracle.ts'

/** JSON as it is written in the body, and the amount that it is. */
export const TAKEN = [
  ['0.10', '0.10'],
  ['0.1', '0.10'],
  ['1.0', '1.00'],
  ['"1.0"', '1.00'],
  ['9007199254740993', '9007199254740993.00'],
  ['9007199254740993.01', '9007199254740993.01'],
  ['1234567890123456789012345678.90', '1234567890123456789012345678.90'],
  ['"9999999999999999999999999999.99"', '9999999999999999999999999999.99'],
] as const

export const REFUSED = [
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

export type Place = {
  readonly parameter: string
  /** Where the answer, or else the list, says what was taken. */
  readonly shown: string | (() => Promise<unknown>)
  readonly by?: Person
  readonly path: string
  /** The amount stands where "@" is. */
  readonly body: object
}

type Desk = BookApi & { readonly banks: Awaited<ReturnType<typeof addBanks>> }

/** Where people write an amount, in euros, besides what other tests say of the money POSTs; the rest of the body is right. */
export function amountPlaces(desk: Desk): Readonly<Record<string, () => Promise<Place>>> {
  const { book, staff, banks } = desk
  return {
    'the amount of a correction': async () => ({
      parameter: 'amount',
      shown: 'process.amount',
      by: staff.accountant,
      path: `/transactions/${await toppedUp(book, MOST)}/reverse`,
      body: { amount: '@', reason: 'by mistake' },
    }),
    'the amount of a bank line': () => {
      const reference = freshCode()
      return Promise.resolve({
        parameter: 'lines.0.amount',
        shown: () => amountOfLine(desk, reference),
        by: staff.accountant,
        path: '/bank-lines',
        body: { bankId: banks.manual, lines: [{ reference, amount: '@', currency: 'EUR' }] },
      })
    },
    'the value of a limit': async () => ({
      parameter: 'value',
      shown: 'value',
      path: `${await freshContract(desk)}/limit-profiles`,
      body: {
        operationFlowId: 'transfer',
        qualifier: 'amount',
        timeUnit: 'per_day',
        value: '@',
        issuerId: book.issuerId,
      },
    }),
    'the begin of a condition': async () =>
      condition(desk, { parameter: 'beginAmount', body: { beginAmount: '@', commission: { type: 'zero' } } }),
    'the end of a condition': async () =>
      condition(desk, {
        parameter: 'endAmount',
        body: { beginAmount: '0', endAmount: '@', commission: { type: 'zero' } },
      }),
    'a fixed commission': async () =>
      condition(desk, {
        parameter: 'commission.valueFixed',
        body: { beginAmount: '0', commission: { type: 'fixed', valueFixed: '@' } },
      }),
    'the begin of a band': () => Promise.resolve(band(book, 'fromAmount')),
    'the end of a band': () => Promise.resolve(band(book, 'toAmount')),
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
}

async function created({ api, staff }: Desk, path: string, body: object): Promise<string> {
  return (await api.call('POST', path, { token: staff.administrator.token, body })).text('id')
}

async function toppedUp(book: TestBook, amount: bigint): Promise<string> {
  const coin = await book.addCoin()
  await book.fund(coin, amount)
  return inProject(book.db, book.projectId, async (trx) => {
    const row: { id: string } = await trx('operations').where({ coin_id: coin }).first('id')
    return row.id
  })
}

async function amountOfLine({ api, staff }: Desk, reference: string): Promise<unknown> {
  const asked = { token: staff.accountant.token, body: { pageSize: 100 } }
  const list = await api.call('POST', '/bank-lines/view', asked)
  const lines = list.at('records') as { reference: string; amount: string }[]
  return lines.find((line) => line.reference === reference)?.amount
}

async function freshContract(desk: Desk): Promise<string> {
  const body = { name: 'C', organizationType: 'individual', personType: 'gold' }
  return `/contracts/${await created(desk, '/contracts', body)}`
}

async function condition(desk: Desk, { parameter, body }: Pick<Place, 'parameter' | 'body'>): Promise<Place> {
  const profiles = `${await freshContract(desk)}/commission-profiles`
  const priced = { operationFlowId: 'transfer', issuerId: desk.book.issuerId }
  const rules = `${profiles}/${await created(desk, profiles, priced)}/commission-rule`
  const rule = await created(desk, rules, { beginDate: '2020-01-01T00:00:00Z', direction: 'IN' })
  return { parameter, shown: parameter, path: `${rules}/${rule}/condition`, body }
}

function band(book: TestBook, parameter: 'fromAmount' | 'toAmount'): Place {
  const body = {
    businessProcessType: 'bank_redeem',
    issuerId: book.issuerId,
    stages: [{ roles: ['cfo'], approvers: 1 }],
    [parameter]: '@',
  }
  return { parameter, shown: `proposed.${parameter}`, path: '/approval-rules', body }
}
