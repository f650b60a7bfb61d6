import { about, nothing, view, type Row, type Section } from './rows.ts'
import { ACCOUNT_NUMBER, type Things } from './things.ts'
import { CLIENTS, MONEY_STAFF, SUPPORT } from './who.ts'

const details = { fullName: 'A client', bankAccountNumber: ACCOUNT_NUMBER }
const amount = '1.00'

async function topUp(things: Things) {
  return { body: { coinSerial: (await things.client()).serial, amount, ...details } }
}

async function topUpWithBank(things: Things) {
  const { body } = await topUp(things)
  return { body: { ...body, bankId: (await things.bank()).id } }
}

/** Where no approval rule matches the accountant decides; the others may call, and the book refuses them. */
function decision(
  pick: (things: Things) => Promise<{ number: string }>,
  { by = 'accountant', body = {} }: { by?: string; body?: object } = {},
): Row {
  const name = 'requestIdentifier'
  const others = MONEY_STAFF.split(' ').filter((role) => role !== by)
  return {
    ask: about(async (things) => (await pick(things)).number, { name, body }),
    own: 202,
    but: Object.fromEntries(others.map((role) => [role, 403])),
  }
}

/** In this suite without Temporal what is asked for is acknowledged by 202 and kept. */
export const MONEY: readonly Section[] = [
  {
    who: 'accountant',
    routes: {
      'post /bank-top-ups/with-bank': { ask: topUpWithBank, own: 202 },
      'post /bank-top-ups': { ask: topUp, own: 202 },
      'post /bank-lines': {
        ask: async (things) => ({
          body: {
            bankId: (await things.bank()).id,
            lines: [{ reference: `R-${Math.random()}`, amount, currency: 'EUR' }],
          },
        }),
        own: 200,
      },
    },
  },
  {
    who: `accountant ${CLIENTS}`,
    routes: {
      'post /bank-top-ups/create-request/with-bank': { ask: topUpWithBank, own: 202 },
      'post /bank-top-ups/create-request': { ask: topUp, own: 202 },
      'post /bank-withdrawals/with-bank': {
        ask: async (things) => {
          await things.approvedAccount()
          return topUpWithBank(things)
        },
        own: 202,
      },
      'post /bank-withdrawals': {
        ask: async (things) => {
          await things.approvedAccount()
          return {
            body: {
              coin: (await things.client()).serial,
              amount,
              bankDetails: { ...details, name: 'Bank' },
            },
          }
        },
        own: 202,
      },
      'post /bank-withdrawals/create-request': {
        ask: async (things) => ({
          body: {
            coinSerial: (await things.client()).serial,
            amount,
            bankAccountId: (await things.approvedAccount()).id,
          },
        }),
        own: 202,
      },
    },
  },
  {
    who: `${MONEY_STAFF} ${SUPPORT} ${CLIENTS}`,
    routes: {
      'post /bank-top-ups/calculate': {
        ask: async (things) => ({ body: { coinSerial: (await things.client()).serial, amount } }),
        own: 200,
      },
      'post /bank-withdrawals/calculate': {
        ask: async (things) => ({ body: { coinSerial: (await things.client()).serial, amount } }),
        own: 200,
      },
      'post /bank-top-ups/view': {
        ask: async (things) => ({ body: { filter: { ids: [(await things.waitingTopUp()).id] } } }),
        own: 200,
        elsewhere: 200,
      },
      'post /bank-withdrawals/view': {
        ask: async (things) => ({ body: { filter: { orgIds: [(await things.client()).organization] } } }),
        own: 200,
        elsewhere: 200,
      },
      'post /transactions/view': {
        ask: async (things) => ({ body: { filter: { ids: [(await things.processed()).id] } } }),
        own: 200,
        elsewhere: 200,
      },
      'get /transactions/:id': { ask: about(async (things) => (await things.processed()).id), own: 200 },
      'post /data-export/init': { ask: () => ({ body: {} }), own: 202 },
      'get /data-export/info/:jobKey': {
        ask: about(async (things) => (await things.dataExport()).id, { name: 'jobKey' }),
        own: 200,
        elsewhere: 200,
      },
      'get /data-export/:jobKey/file': {
        ask: about(async (things) => (await things.dataExport()).id, { name: 'jobKey' }),
        own: 200,
      },
    },
  },
  {
    who: `${MONEY_STAFF} ${CLIENTS}`,
    routes: {
      'get /coins/:serial/statement': {
        ask: async (things) => ({
          params: { serial: (await things.client()).serial },
          query: 'from=2024-01-01T00:00:00Z&to=2024-02-01T00:00:00Z',
        }),
        own: 200,
      },
    },
  },
  {
    who: `${MONEY_STAFF} ${SUPPORT}`,
    routes: {
      'get /organizations/:id/coins': {
        ask: about(async (things) => (await things.client()).organization),
        own: 200,
      },
      'get /organizations/:id/coins/:serial': {
        ask: async (things) => {
          const { organization, serial } = await things.client()
          return { params: { id: organization, serial } }
        },
        own: 200,
      },
    },
  },
  {
    who: MONEY_STAFF,
    routes: {
      'get /organizations/system/coins': { ask: nothing, own: 200 },
      'post /business-requests/view': view,
      'post /bank-top-ups/:requestIdentifier/accept': decision((things) => things.waitingTopUp()),
      'post /bank-top-ups/:requestIdentifier/decline': decision((things) => things.waitingTopUp()),
      'post /bank-withdrawals/:requestIdentifier/accept': decision((things) => things.waitingWithdrawal()),
      'post /bank-withdrawals/:requestIdentifier/decline': decision((things) => things.waitingWithdrawal()),
      'post /bank-withdrawals/:requestIdentifier/confirm-payout': decision((things) => things.payout(), {
        body: { bankReference: 'B-1' },
      }),
      'post /bank-withdrawals/:requestIdentifier/refuse-payout': decision((things) => things.payout(), {
        body: { reason: 'the bank refused' },
      }),
      'post /business-requests/:requestIdentifier/approve': decision((things) => things.waitingTopUp()),
      'post /business-requests/:requestIdentifier/decline': decision((things) => things.waitingTopUp()),
      'post /business-requests/:requestIdentifier/reject': decision((things) => things.limited(), {
        by: 'antifraud_specialist',
        body: { reason: 'odd' },
      }),
      'post /business-requests/:requestIdentifier/ticket': {
        ...decision((things) => things.waitingTopUp(), { body: { decision: 'accept' } }),
        own: 201,
      },
      'post /business-requests/:requestIdentifier/confirm-payout': decision((things) => things.payout(), {
        body: { bankReference: 'B-1' },
      }),
      'post /business-requests/:requestIdentifier/refuse-payout': decision((things) => things.payout(), {
        body: { reason: 'the bank refused' },
      }),
    },
  },
  {
    who: CLIENTS,
    routes: {
      'post /transfers/calculate': { ask: transfer, own: 200 },
      'post /transfers': { ask: transfer, own: 201 },
      'post /coins': {
        ask: async (things) => ({ body: { name: 'Mine', issuerId: (await things.issuer()).id } }),
        own: 201,
      },
      'get /coins': { ask: nothing, own: 200 },
      'patch /coins/:serial': {
        ask: about(async (things) => (await things.client()).serial, {
          name: 'serial',
          body: { name: 'New' },
        }),
        own: 200,
      },
      'delete /coins/:serial': {
        ask: about(async (things) => (await things.client()).serial, { name: 'serial' }),
        own: 409,
      },
      'put /close/coin/:serial': {
        ask: async (things) => ({
          params: { serial: (await things.client()).serial },
          body: { transferToCoinSerial: (await things.payee()).serial },
        }),
        own: 200,
      },
      'post /my/bank-accounts/coin/:coinSerial/with-bank': {
        ask: async (things) => ({
          params: { coinSerial: (await things.client()).serial },
          body: { ...details, bankId: (await things.bank()).id },
        }),
        own: 201,
      },
      'get /my/bank-accounts': { ask: nothing, own: 200 },
      'post /my/bank-accounts/view': view,
      'patch /my/bank-accounts/:id/with-bank': {
        ask: about(async (things) => (await things.account()).id, { body: { fullName: 'Renamed' } }),
        own: 200,
      },
      'delete /my/bank-accounts/:id': { ask: about(async (things) => (await things.account()).id), own: 204 },
    },
  },
  {
    who: `administrator compliance_manager compliance_specialist antifraud_specialist ${CLIENTS}`,
    routes: {
      'patch /coins/:serial/status': {
        ask: about(async (things) => (await things.client()).serial, {
          name: 'serial',
          body: { active: false },
        }),
        own: 200,
      },
    },
  },
  {
    who: 'administrator compliance_manager compliance_specialist',
    routes: {
      'post /bank-accounts/coin/:coinSerial/with-bank': {
        ask: async (things) => ({
          params: { coinSerial: (await things.client()).serial },
          body: { ...details, bankId: (await things.bank()).id },
        }),
        own: 201,
      },
      'delete /bank-accounts/:id': { ask: about(async (things) => (await things.account()).id), own: 204 },
      'post /bank-accounts/view': view,
      'post /bank-accounts/:id/approve': {
        ask: about(async (things) => (await things.account()).id, { body: {} }),
        own: 200,
      },
      'post /bank-accounts/:id/reject': {
        ask: about(async (things) => (await things.account()).id, { body: { reason: 'unreadable' } }),
        own: 200,
      },
    },
  },
  {
    who: 'accountant compliance_manager compliance_specialist',
    routes: {
      'post /bank-lines/view': view,
      'post /bank-lines/:id/assign': {
        ask: async (things) => ({
          params: { id: (await things.line()).id },
          body: { coinSerial: (await things.client()).serial, reason: 'known' },
        }),
        own: 202,
      },
      'post /bank-lines/:id/return': {
        ask: about(async (things) => (await things.line()).id, { body: { reason: 'not ours', ...details } }),
        own: 202,
      },
    },
  },
  {
    who: 'compliance_manager compliance_specialist',
    routes: {
      'post /bank-lines/:id/release': {
        ask: about(async (things) => (await things.line()).id, { body: { reason: 'cleared' } }),
        own: 409,
      },
    },
  },
  {
    who: 'cfo accountant',
    routes: {
      'post /transactions/:id/reverse': {
        ask: about(async (things) => (await things.processed()).id, { body: { reason: 'twice' } }),
        own: 202,
      },
    },
  },
]

async function transfer(things: Things) {
  const [from, to] = [await things.client(), await things.payee()]
  return { body: { paymentTool: { type: 'COIN', srcValue: from.serial, destValue: to.serial }, amount } }
}
