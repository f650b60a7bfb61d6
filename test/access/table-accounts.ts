import { id } from '#test/support/book.ts'
import { freshCode } from '#test/support/catalogue.ts'
import { about, nothing, type Section } from './rows.ts'
import type { Things } from './things.ts'
import { CLIENTS, EVERYBODY, MONEY_STAFF, SUPPORT } from './who.ts'

const VIEWERS = `${MONEY_STAFF} ${SUPPORT}`
const account = async (things: Things) => (await things.clientAccount()).id
const asset = async (things: Things) => (await things.asset()).id
const imported = async (things: Things) => (await things.import()).id
const wallet = async (things: Things) => (await things.wallet()).id

/** As many hexadecimal digits as an address of a wallet has. */
export function freshAddress(): string {
  return `0x${Buffer.from(freshCode(20)).toString('hex')}`
}

/** Clients, what they have, and the projects they are in. */
export const ACCOUNTS: readonly Section[] = [
  {
    who: `${VIEWERS} ${CLIENTS}`,
    routes: {
      'get /accounts': { ask: nothing, own: 200 },
      'get /accounts/:id': { ask: about(account), own: 200 },
      'get /accounts/:id/assets': { ask: about(account), own: 200 },
      'get /assets': { ask: nothing, own: 200 },
      'get /assets/:id': { ask: about(asset), own: 200 },
      'get /assets/:id/wallets': { ask: about(asset), own: 200 },
      'post /data-export/accounts': { ask: () => ({ body: {} }), own: 202 },
      'post /data-export/assets': { ask: () => ({ body: {} }), own: 202 },
    },
  },
  {
    who: 'administrator accountant',
    routes: {
      'post /accounts': {
        ask: async (things) => ({
          body: {
            type: (await things.accountType()).label,
            owner: (await things.client()).organization,
          },
        }),
        own: 201,
      },
      'patch /accounts/:id': { ask: about(account, { body: { active: true } }), own: 200 },
      'post /accounts/:id/assets': {
        ask: async (things) => {
          await things.issuer()
          return {
            params: { id: await account(things) },
            body: { currency: (await things.currency()).code, balance: '1' },
          }
        },
        own: 201,
      },
      'patch /assets/:id': { ask: about(asset, { body: { externalId: 'ours' } }), own: 200 },
      'delete /assets/:id': { ask: about(asset), own: 200 },
      'post /assets/:id/wallets': {
        ask: async (things) => ({
          params: { id: await asset(things) },
          body: { network: (await things.network()).label, address: freshAddress() },
        }),
        own: 201,
      },
      'patch /wallets/:id': {
        ask: async (things) => ({ params: { id: await wallet(things) }, body: { address: freshAddress() } }),
        own: 200,
      },
      'delete /wallets/:id': { ask: about(wallet), own: 204 },
      'post /imports': {
        ask: () => ({ body: { kind: 'assets', format: 'jsonl', mode: 'good_rows_only' } }),
        own: 201,
      },
      'put /imports/:id/file': {
        ask: async (things) => ({
          params: { id: await imported(things) },
          file: { type: 'text/csv', text: `type,owner\n${freshCode()},nobody\n` },
        }),
        own: 202,
      },
      'get /imports': { ask: nothing, own: 200 },
      'get /imports/:id': { ask: about(imported), own: 200 },
      'get /imports/:id/errors': { ask: about(imported), own: 200 },
      'post /imports/:id/cancel': { ask: about(imported), own: 200 },
    },
  },
  {
    who: VIEWERS,
    routes: {
      'get /clients': { ask: nothing, own: 200 },
      'get /clients/:id': { ask: about(async (things) => (await things.client()).organization), own: 200 },
    },
  },
  {
    who: 'administrator role_administrator',
    routes: {
      'post /clients': {
        ask: () => ({ body: { login: `${freshCode()}@example.com`, role: 'individual' } }),
        own: 201,
        but: { role_administrator: 403 },
      },
    },
  },
  {
    who: EVERYBODY,
    routes: { 'get /projects': { ask: nothing, own: 200 } },
  },
  {
    who: 'administrator',
    routes: {
      'post /projects': {
        ask: () => ({ body: { key: id('p').replace('_', '-'), name: 'Another' } }),
        own: 201,
      },
      'patch /projects/:key': {
        ask: about(async (things) => (await things.project()).key, { name: 'key', body: { name: 'New' } }),
        own: 200,
      },
    },
  },
]
