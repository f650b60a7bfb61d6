import { createAuthorization } from './authorization/create.ts'
import { removeAuthorization } from './authorization/remove.ts'
import { calculateTopUp } from './bank-top-ups/calculate.ts'
import { requestTopUp, requestTopUpWithBank, topUpDirectly, topUpWithBank } from './bank-top-ups/create.ts'
import { acceptTopUp, declineTopUp } from './bank-top-ups/decide.ts'
import { viewTopUps } from './bank-top-ups/view.ts'
import { calculateWithdrawal } from './bank-withdrawals/calculate.ts'
import { requestWithdrawal } from './bank-withdrawals/create-request.ts'
import { withdrawWithBank } from './bank-withdrawals/create-with-bank.ts'
import { withdraw } from './bank-withdrawals/create.ts'
import {
  acceptWithdrawal,
  confirmPayout,
  declineWithdrawal,
  refusePayout,
} from './bank-withdrawals/decide.ts'
import { viewWithdrawals } from './bank-withdrawals/view.ts'
import { approveRequest, declineRequest } from './business-requests/decide.ts'
import { issueDecisionTicket } from './business-requests/issue-ticket.ts'
import { viewBusinessRequests } from './business-requests/view.ts'
import { viewAuditTrail } from './audit-trails/view.ts'
import { addClientBankAccount, addMyBankAccount } from './bank-accounts/add.ts'
import { patchMyBankAccount } from './bank-accounts/change.ts'
import { approveBankAccount, rejectBankAccount } from './bank-accounts/decide.ts'
import { getMyBankAccounts } from './bank-accounts/list-own.ts'
import { removeMyBankAccount } from './bank-accounts/remove.ts'
import { validateIban } from './bank-accounts/validate-iban.ts'
import { viewBankAccounts, viewMyBankAccounts } from './bank-accounts/view.ts'
import { createBank } from './banks/create.ts'
import { getBanks } from './banks/list.ts'
import { patchCoin } from './coins/change.ts'
import { createCoin } from './coins/create.ts'
import { emptyAndCloseCoin } from './coins/empty-and-close.ts'
import { findCoinSerial } from './coins/find-serial.ts'
import { getOrganizationCoin } from './coins/get-of-organization.ts'
import { getOrganizationCoins } from './coins/list-of-organization.ts'
import { getCoins } from './coins/list-own.ts'
import { getSystemCoins } from './coins/list-system.ts'
import { removeCoin } from './coins/remove.ts'
import { setCoinStatus } from './coins/set-status.ts'
import { validateCoin } from './coins/validate.ts'
import { validateContact } from './contacts/validate.ts'
import { patchCurrency } from './currencies/change.ts'
import { createCurrency } from './currencies/create.ts'
import { getCurrencies } from './currencies/list.ts'
import { makeCurrencyMain } from './currencies/set-main.ts'
import { viewCurrencies } from './currencies/view.ts'
import { patchIssuer } from './issuers/change.ts'
import { createIssuer } from './issuers/create.ts'
import { getIssuers } from './issuers/list.ts'
import { viewOrganizations } from './organizations/view.ts'
import { receivePlatformCall } from './platform-calls/receive.ts'
import { confirmRegistration } from './registration/confirm.ts'
import { createRegistration } from './registration/create.ts'
import { resendOtp } from './registration/resend-otp.ts'
import { getRolePermissions } from './roles/list.ts'
import { getOutbox } from './sandbox/outbox.ts'
import { getTransaction } from './transactions/get.ts'
import { viewTransactions } from './transactions/view.ts'
import { calculateTransfer } from './transfers/calculate.ts'
import { createTransfer } from './transfers/create.ts'
import { changeUser } from './users/change.ts'
import { createUser } from './users/create.ts'
import { getMyUser } from './users/get-mine.ts'
import { getUser } from './users/get.ts'
import { removeUser } from './users/remove.ts'
import { unbanUser } from './users/unban.ts'
import { viewUsers } from './users/view.ts'
import type { Endpoint } from './endpoint.ts'

/** Every endpoint there is: what is mounted, documented and tested. */
export const endpoints: readonly Endpoint[] = [
  createAuthorization,
  removeAuthorization,
  createRegistration,
  resendOtp,
  confirmRegistration,
  viewOrganizations,
  createUser,
  viewUsers,
  // Before the path with an id, which would take `me` for one.
  getMyUser,
  getUser,
  changeUser,
  getRolePermissions,
  getOutbox,
  createCurrency,
  getCurrencies,
  viewCurrencies,
  patchCurrency,
  makeCurrencyMain,
  createIssuer,
  getIssuers,
  patchIssuer,
  createBank,
  getBanks,
  createCoin,
  getCoins,
  validateCoin,
  patchCoin,
  setCoinStatus,
  // Before the coins of any organization, or "system" would be taken for an id.
  getSystemCoins,
  getOrganizationCoins,
  addMyBankAccount,
  getMyBankAccounts,
  viewMyBankAccounts,
  patchMyBankAccount,
  removeMyBankAccount,
  addClientBankAccount,
  viewBankAccounts,
  approveBankAccount,
  rejectBankAccount,
  validateIban,
  viewAuditTrail,
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
  viewBusinessRequests,
  approveRequest,
  declineRequest,
  issueDecisionTicket,
  receivePlatformCall,
  validateContact,
  findCoinSerial,
  removeCoin,
  emptyAndCloseCoin,
  getOrganizationCoin,
  removeUser,
  unbanUser,
]
