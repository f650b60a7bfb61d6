import type { Endpoint } from '../http/endpoint.ts'
import { assignBankLine } from './bank-lines/assign.ts'
import { receiveBankLines } from './bank-lines/receive.ts'
import { releaseBankLine } from './bank-lines/release.ts'
import { returnBankLine } from './bank-lines/return.ts'
import { viewBankLines } from './bank-lines/view.ts'
import { calculateTopUp } from './bank-top-ups/calculate.ts'
import { topUpWithBank, topUpDirectly, requestTopUpWithBank, requestTopUp } from './bank-top-ups/create.ts'
import { acceptTopUp, declineTopUp } from './bank-top-ups/decide.ts'
import { viewTopUps } from './bank-top-ups/view.ts'
import { calculateWithdrawal } from './bank-withdrawals/calculate.ts'
import { requestWithdrawal } from './bank-withdrawals/create-request.ts'
import { withdrawWithBank } from './bank-withdrawals/create-with-bank.ts'
import { withdraw } from './bank-withdrawals/create.ts'
import {
  acceptWithdrawal,
  declineWithdrawal,
  confirmPayout,
  refusePayout,
} from './bank-withdrawals/decide.ts'
import { viewWithdrawals } from './bank-withdrawals/view.ts'
import { depositOnPlatform } from './platform-orders/deposit.ts'
import { tradeOnPlatform } from './platform-orders/trade.ts'
import { withdrawFromPlatform } from './platform-orders/withdraw.ts'
import { confirmRequestedPayout, refuseRequestedPayout } from './suspense/record-payout.ts'
import { getTransaction } from './transactions/get.ts'
import { reverseTransaction } from './transactions/reverse.ts'
import { viewTransactions } from './transactions/view.ts'
import { calculateTransfer } from './transfers/calculate.ts'
import { createTransfer } from './transfers/create.ts'

export const operationsRoutes: readonly Endpoint[] = [
  topUpWithBank,
  topUpDirectly,
  requestTopUpWithBank,
  requestTopUp,
  calculateTopUp,
  viewTopUps,
  acceptTopUp,
  declineTopUp,
  withdrawWithBank,
  withdraw,
  requestWithdrawal,
  calculateWithdrawal,
  viewWithdrawals,
  acceptWithdrawal,
  declineWithdrawal,
  confirmPayout,
  refusePayout,
  calculateTransfer,
  createTransfer,
  viewTransactions,
  getTransaction,
  confirmRequestedPayout,
  refuseRequestedPayout,
  receiveBankLines,
  viewBankLines,
  assignBankLine,
  releaseBankLine,
  returnBankLine,
  reverseTransaction,
  depositOnPlatform,
  withdrawFromPlatform,
  tradeOnPlatform,
]
