import { topUpEndpoint } from './top-up-endpoint.ts'

export const topUpWithBank = topUpEndpoint({
  path: '/bank-top-ups/with-bank',
  summary: 'Top up directly from a bank of the catalogue',
  isDirect: true,
  hasBank: true,
})

export const topUpDirectly = topUpEndpoint({
  path: '/bank-top-ups',
  summary: 'Top up directly, without naming a bank',
  isDirect: true,
  hasBank: false,
})

export const requestTopUpWithBank = topUpEndpoint({
  path: '/bank-top-ups/create-request/with-bank',
  summary: 'Ask for a top-up from a bank of the catalogue',
  isDirect: false,
  hasBank: true,
})

export const requestTopUp = topUpEndpoint({
  path: '/bank-top-ups/create-request',
  summary: 'Ask for a top-up, without naming a bank',
  isDirect: false,
  hasBank: false,
})
