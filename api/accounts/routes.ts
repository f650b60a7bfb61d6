import type { Endpoint } from '../http/endpoint.ts'
import { patchAccount } from './accounts/change.ts'
import { createAccount } from './accounts/create.ts'
import { getAccount } from './accounts/get.ts'
import { getAccounts } from './accounts/list.ts'
import { patchAsset } from './assets/change.ts'
import { closeAsset } from './assets/close.ts'
import { createAsset } from './assets/create.ts'
import { getAsset } from './assets/get.ts'
import { getAccountAssets, getAssets } from './assets/list.ts'
import { syncAssetNow } from './assets/sync.ts'
import { addMyBankAccount, addClientBankAccount } from './bank-accounts/add.ts'
import { patchMyBankAccount } from './bank-accounts/change.ts'
import { approveBankAccount, rejectBankAccount } from './bank-accounts/decide.ts'
import { getMyBankAccounts } from './bank-accounts/list-own.ts'
import { removeMyBankAccount, removeClientBankAccount } from './bank-accounts/remove.ts'
import { validateIban } from './bank-accounts/validate-iban.ts'
import { viewMyBankAccounts, viewBankAccounts } from './bank-accounts/view.ts'
import { createClient } from './clients/create.ts'
import { getClient } from './clients/get.ts'
import { getClients } from './clients/list.ts'
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
import { addUserNote, addOperationNote } from './notes/add.ts'
import { getUserNotes, getOperationNotes } from './notes/list.ts'
import { patchWallet } from './wallets/change.ts'
import { createWallet } from './wallets/create.ts'
import { getWallets } from './wallets/list.ts'
import { deleteWallet } from './wallets/remove.ts'

export const accountsRoutes: readonly Endpoint[] = [
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
  addUserNote,
  getUserNotes,
  addOperationNote,
  getOperationNotes,
  syncAssetNow,
  findCoinSerial,
  removeCoin,
  emptyAndCloseCoin,
  getOrganizationCoin,
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
]
