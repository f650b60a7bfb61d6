import { addAmlEntries } from './aml/add-entries.ts'
import { patchAmlList } from './aml/change-list.ts'
import { patchAmlPolicy } from './aml/change-policy.ts'
import { patchAmlRule } from './aml/change-rule.ts'
import { createAmlList } from './aml/create-list.ts'
import { createAmlPolicy } from './aml/create-policy.ts'
import { createAmlRule } from './aml/create-rule.ts'
import { getAmlLists } from './aml/list-lists.ts'
import { getAmlPolicies } from './aml/list-policies.ts'
import { getAmlRules } from './aml/list-rules.ts'
import { removeAmlEntry } from './aml/remove-entry.ts'
import { removeAmlRule } from './aml/remove-rule.ts'
import { viewAmlChecks } from './aml/view-checks.ts'
import { viewAmlEntries } from './aml/view-entries.ts'
import { confirmAuthorization } from './authorization/confirm.ts'
import { createAuthorization } from './authorization/create.ts'
import { removeAuthorization } from './authorization/remove.ts'
import { resendSignInOtp } from './authorization/resend-otp.ts'
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
import { approveRequest, declineRequest, rejectRequest } from './business-requests/decide.ts'
import { issueDecisionTicket } from './business-requests/issue-ticket.ts'
import { viewBusinessRequests } from './business-requests/view.ts'
import { proposeRuleChange } from './approval-rules/change.ts'
import { proposeApprovalRule } from './approval-rules/create.ts'
import { approveRuleChange, rejectRuleChange } from './approval-rules/decide.ts'
import { getApprovalRule } from './approval-rules/get.ts'
import { getRuleChanges } from './approval-rules/list-changes.ts'
import { proposeRuleRemoval } from './approval-rules/remove.ts'
import { viewApprovalRules } from './approval-rules/view.ts'
import { createDelegation } from './delegations/create.ts'
import { getDelegations } from './delegations/list.ts'
import { revokeMyDelegation } from './delegations/revoke.ts'
import { viewAuditTrail } from './audit-trails/view.ts'
import { addClientBankAccount, addMyBankAccount } from './bank-accounts/add.ts'
import { patchMyBankAccount } from './bank-accounts/change.ts'
import { approveBankAccount, rejectBankAccount } from './bank-accounts/decide.ts'
import { getMyBankAccounts } from './bank-accounts/list-own.ts'
import { removeClientBankAccount, removeMyBankAccount } from './bank-accounts/remove.ts'
import { validateIban } from './bank-accounts/validate-iban.ts'
import { viewBankAccounts, viewMyBankAccounts } from './bank-accounts/view.ts'
import { assignBankLine } from './bank-lines/assign.ts'
import { receiveBankLines } from './bank-lines/receive.ts'
import { releaseBankLine } from './bank-lines/release.ts'
import { returnBankLine } from './bank-lines/return.ts'
import { viewBankLines } from './bank-lines/view.ts'
import { confirmRequestedPayout, refuseRequestedPayout } from './suspense/record-payout.ts'
import { reverseTransaction } from './transactions/reverse.ts'
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
import { changeItem } from './configurations/change.ts'
import { cloneConfiguration } from './configurations/clone.ts'
import { createItem } from './configurations/create.ts'
import { getItems } from './configurations/list.ts'
import { removeItem } from './configurations/remove.ts'
import { SECTION_APIS } from './configurations/section.ts'
import { validateContact } from './contacts/validate.ts'
import { createCommissionProfile } from './contracts/add-profile.ts'
import { createCommissionRule } from './contracts/add-rule.ts'
import { createLimitProfile } from './contracts/add-limit.ts'
import { assignContract } from './contracts/assign.ts'
import { patchLimitProfile } from './contracts/change-limit.ts'
import { patchCommissionRule } from './contracts/change-rule.ts'
import { patchContract } from './contracts/change.ts'
import { copyContract } from './contracts/copy.ts'
import { createContract } from './contracts/create.ts'
import { getLimitProfiles } from './contracts/list-limits.ts'
import { removeCommissionCondition } from './contracts/remove-condition.ts'
import { removeLimitProfile } from './contracts/remove-limit.ts'
import { removeCommissionProfile } from './contracts/remove-profile.ts'
import { removeCommissionRule } from './contracts/remove-rule.ts'
import { createCommissionCondition, putCommissionCondition } from './contracts/save-condition.ts'
import { viewCommissionProfiles } from './contracts/view-profiles.ts'
import { viewCommissionRules } from './contracts/view-rules.ts'
import { viewContracts } from './contracts/view.ts'
import { patchCurrency } from './currencies/change.ts'
import { createCurrency } from './currencies/create.ts'
import { getCurrencies } from './currencies/list.ts'
import { makeCurrencyMain } from './currencies/set-main.ts'
import { viewCurrencies } from './currencies/view.ts'
import { patchIssuer } from './issuers/change.ts'
import { createIssuer } from './issuers/create.ts'
import { getIssuers } from './issuers/list.ts'
import { addOperationNote, addUserNote } from './notes/add.ts'
import { getOperationNotes, getUserNotes } from './notes/list.ts'
import { getOperationFlows } from './operation-flows/list.ts'
import { viewOrganizations } from './organizations/view.ts'
import { changePassword } from './password/change.ts'
import { confirmRecovery } from './password/confirm-recovery.ts'
import { recoverPassword } from './password/recover.ts'
import { depositOnPlatform } from './platform-orders/deposit.ts'
import { syncAssetNow } from './platform-orders/sync.ts'
import { patchPlatform } from './platforms/change.ts'
import { createPlatform } from './platforms/create.ts'
import { getPlatform } from './platforms/get.ts'
import { getPlatformLabels } from './platforms/list-labels.ts'
import { getPlatforms } from './platforms/list.ts'
import { deletePlatform } from './platforms/remove.ts'
import { syncPlatformNow } from './platforms/sync.ts'
import { testPlatformConnection } from './platforms/test-connection.ts'
import { tradeOnPlatform } from './platform-orders/trade.ts'
import { withdrawFromPlatform } from './platform-orders/withdraw.ts'
import { receivePlatformCall } from './platform-calls/receive.ts'
import { confirmRegistration } from './registration/confirm.ts'
import { createRegistration } from './registration/create.ts'
import { resendOtp } from './registration/resend-otp.ts'
import { getRolePermissions } from './roles/list.ts'
import { getOutbox } from './sandbox/outbox.ts'
import { changeSecuritySettings } from './security/change-settings.ts'
import { confirmTotpSecret } from './security/confirm-totp.ts'
import { enrolTotp } from './security/enrol-totp.ts'
import { getSecuritySettings } from './security/get-settings.ts'
import { changeSignInPolicy, getSignInPolicy } from './security/policy.ts'
import { removeTotpSecret } from './security/remove-totp.ts'
import { patchAccount } from './accounts/change.ts'
import { createAccount } from './accounts/create.ts'
import { getAccount } from './accounts/get.ts'
import { getAccounts } from './accounts/list.ts'
import { closeAsset } from './assets/close.ts'
import { patchAsset } from './assets/change.ts'
import { createAsset } from './assets/create.ts'
import { getAsset } from './assets/get.ts'
import { getAccountAssets, getAssets } from './assets/list.ts'
import { getTransaction } from './transactions/get.ts'
import { viewTransactions } from './transactions/view.ts'
import { calculateTransfer } from './transfers/calculate.ts'
import { createTransfer } from './transfers/create.ts'
import { changeUser } from './users/change.ts'
import { patchWallet } from './wallets/change.ts'
import { createWallet } from './wallets/create.ts'
import { getWallets } from './wallets/list.ts'
import { deleteWallet } from './wallets/remove.ts'
import { createClient } from './clients/create.ts'
import { getClient } from './clients/get.ts'
import { getClients } from './clients/list.ts'
import { patchProject } from './projects/change.ts'
import { createProject } from './projects/create.ts'
import { getProjects } from './projects/list.ts'
import { createUser } from './users/create.ts'
import { getMyUser } from './users/get-mine.ts'
import { getUser } from './users/get.ts'
import { removeUser } from './users/remove.ts'
import { unbanUser } from './users/unban.ts'
import { viewUsers } from './users/view.ts'
import { cancelImport } from './imports/cancel.ts'
import { createImport } from './imports/create.ts'
import { getImportErrors } from './imports/errors.ts'
import { getImport } from './imports/get.ts'
import { getImports } from './imports/list.ts'
import { putImportFile } from './imports/receive-file.ts'
import { getDataExportFile } from './data-export/file.ts'
import { getDataExportInfo } from './data-export/info.ts'
import { initAccountExport, initAssetExport, initDataExport } from './data-export/init.ts'
import { approveBreakResolution, proposeBreakResolution } from './reconciliation/resolve.ts'
import { runReconciliation } from './reconciliation/run.ts'
import { viewBreaks } from './reconciliation/view-breaks.ts'
import { viewReconciliationRuns } from './reconciliation/view-runs.ts'
import { getCoinTotals } from './reporting/coins.ts'
import { getTrialBalance } from './reporting/trial-balance.ts'
import { getStatement } from './statements/get.ts'
import type { Endpoint } from './endpoint.ts'

/** Every endpoint there is: what is mounted, documented and tested. */
export const endpoints: readonly Endpoint[] = [
  createAuthorization,
  confirmAuthorization,
  resendSignInOtp,
  removeAuthorization,
  recoverPassword,
  confirmRecovery,
  changePassword,
  getSecuritySettings,
  changeSecuritySettings,
  enrolTotp,
  confirmTotpSecret,
  removeTotpSecret,
  getSignInPolicy,
  changeSignInPolicy,
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
  viewContracts,
  createContract,
  copyContract,
  patchContract,
  assignContract,
  createCommissionProfile,
  viewCommissionProfiles,
  removeCommissionProfile,
  createCommissionRule,
  viewCommissionRules,
  patchCommissionRule,
  removeCommissionRule,
  createCommissionCondition,
  putCommissionCondition,
  removeCommissionCondition,
  createLimitProfile,
  getLimitProfiles,
  patchLimitProfile,
  removeLimitProfile,
  getOperationFlows,
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
  removeClientBankAccount,
  viewBankAccounts,
  approveBankAccount,
  rejectBankAccount,
  validateIban,
  proposeApprovalRule,
  viewApprovalRules,
  getApprovalRule,
  proposeRuleChange,
  proposeRuleRemoval,
  getRuleChanges,
  approveRuleChange,
  rejectRuleChange,
  createDelegation,
  getDelegations,
  revokeMyDelegation,
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
  rejectRequest,
  issueDecisionTicket,
  confirmRequestedPayout,
  refuseRequestedPayout,
  receiveBankLines,
  viewBankLines,
  assignBankLine,
  releaseBankLine,
  returnBankLine,
  reverseTransaction,
  addUserNote,
  getUserNotes,
  addOperationNote,
  getOperationNotes,
  receivePlatformCall,
  depositOnPlatform,
  withdrawFromPlatform,
  tradeOnPlatform,
  syncAssetNow,
  validateContact,
  findCoinSerial,
  removeCoin,
  emptyAndCloseCoin,
  getOrganizationCoin,
  removeUser,
  unbanUser,
  getStatement,
  initDataExport,
  initAccountExport,
  initAssetExport,
  getDataExportInfo,
  getDataExportFile,
  createImport,
  putImportFile,
  getImport,
  getImports,
  getImportErrors,
  cancelImport,
  getTrialBalance,
  getCoinTotals,
  runReconciliation,
  viewReconciliationRuns,
  viewBreaks,
  proposeBreakResolution,
  approveBreakResolution,
  createAmlPolicy,
  getAmlPolicies,
  patchAmlPolicy,
  createAmlList,
  getAmlLists,
  patchAmlList,
  addAmlEntries,
  viewAmlEntries,
  removeAmlEntry,
  createAmlRule,
  getAmlRules,
  patchAmlRule,
  removeAmlRule,
  viewAmlChecks,
  ...SECTION_APIS.flatMap((api) => [createItem(api), getItems(api), changeItem(api), removeItem(api)]),
  cloneConfiguration,
  getAccounts,
  createAccount,
  getAccount,
  patchAccount,
  getAccountAssets,
  createAsset,
  getAssets,
  getAsset,
  patchAsset,
  closeAsset,
  getWallets,
  createWallet,
  patchWallet,
  deleteWallet,
  getClients,
  createClient,
  getClient,
  getPlatformLabels,
  getPlatforms,
  createPlatform,
  getPlatform,
  patchPlatform,
  deletePlatform,
  testPlatformConnection,
  syncPlatformNow,
  getProjects,
  createProject,
  patchProject,
]
