export { payoutReturn } from './payout-return.ts'
export { topUp } from './top-up.ts'
export { withdrawal } from './withdrawal.ts'
