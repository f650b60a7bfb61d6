import { freshCode } from '#test/support/catalogue.ts'
import { madeUpPlatform } from '#test/support/made-up-platform.ts'
import { about, nothing, type Section } from './rows.ts'
import { CATALOGUE, MONEY_STAFF } from './who.ts'

const named = () => ({ label: freshCode(), name: 'One' })

/** What a project says of itself. */
export const CONFIGURATION: readonly Section[] = [
  {
    who: CATALOGUE,
    routes: {
      'get /configurations/account-types': { ask: nothing, own: 200 },
      'get /configurations/networks': { ask: nothing, own: 200 },
      'get /configurations/transaction-sub-types': { ask: nothing, own: 200 },
    },
  },
  {
    who: MONEY_STAFF,
    routes: {
      'get /platform-labels': { ask: nothing, own: 200 },
      'get /platforms': { ask: nothing, own: 200 },
      'get /platforms/:id': { ask: about(async (things) => (await things.platform()).id), own: 200 },
    },
  },
  {
    who: 'administrator',
    routes: {
      // One of a label, and the tenant has it when it is asked for again.
      'post /platforms': { ask: () => ({ body: { ...madeUpPlatform(), label: 'unknown' } }), own: 400 },
      'patch /platforms/:id': {
        ask: about(async (things) => (await things.platform()).id, { body: { name: 'New' } }),
        own: 200,
      },
      'post /platforms/:id/test-connection': {
        ask: about(async (things) => (await things.platform()).id),
        own: 200,
      },
      'delete /platforms/:id': {
        ask: about(async (things) => (await things.platform()).id),
        own: 204,
      },
      'post /configurations/account-types': { ask: () => ({ body: named() }), own: 201 },
      'patch /configurations/account-types/:id': {
        ask: about(async (things) => (await things.accountType()).id, { body: { name: 'New' } }),
        own: 200,
      },
      'delete /configurations/account-types/:id': {
        ask: about(async (things) => (await things.accountType()).id),
        own: 204,
      },
      'post /configurations/networks': {
        ask: () => ({ body: { ...named(), addressFormat: 'evm' } }),
        own: 201,
      },
      'patch /configurations/networks/:id': {
        ask: about(async (things) => (await things.network()).id, { body: { name: 'New' } }),
        own: 200,
      },
      'delete /configurations/networks/:id': {
        ask: about(async (things) => (await things.network()).id),
        own: 204,
      },
      'post /configurations/transaction-sub-types': {
        ask: () => ({ body: { ...named(), type: 'In' } }),
        own: 201,
      },
      'patch /configurations/transaction-sub-types/:id': {
        ask: about(async (things) => (await things.subType()).id, { body: { name: 'New' } }),
        own: 200,
      },
      'delete /configurations/transaction-sub-types/:id': {
        ask: about(async (things) => (await things.subType()).id),
        own: 204,
      },
      // Nobody here belongs to two projects: what becomes of the rest is in test/catalogue/configurations.api.test.ts.
      'post /configurations/clone': {
        ask: () => ({ body: { fromProject: 'elsewhere', section: 'networks' } }),
        own: 400,
      },
    },
  },
]
