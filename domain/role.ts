/** Roles of the money API and what each may do. One table, from which routes, answers and tests are derived. */
export const PERMISSIONS = [
  'USER_MANAGER',
  'CURRENCY_MANAGER',
  'CURRENCY_VIEWER',
  'ISSUER_MANAGER',
  'ISSUER_VIEWER',
  'BANK_CATALOG_MANAGER',
  'BANK_CATALOG_VIEWER',
  'COIN_OWNER',
  'COIN_VALIDATOR',
  'SYSTEM_COIN_VIEWER',
  'BANK_ACCOUNT_OWNER',
  'BANK_ACCOUNT_MANAGER',
  'BANK_TOP_UP_REQUESTER',
  'BANK_TOP_UP_CREATION_EXECUTOR',
  'BANK_WITHDRAWAL_OWNER',
  'BANK_WITHDRAWAL_CREATION_EXECUTOR',
  'TRANSFER_EXECUTOR',
  'TRANSACTION_VIEWER',
  'ALL_TRANSACTIONS_VIEWER',
  'BUSINESS_REQUEST_VIEWER',
  'AUDIT_VIEWER',
  'SANDBOX_VIEWER',
] as const
export type Permission = (typeof PERMISSIONS)[number]

export const ROLES = [
  'administrator',
  'role_administrator',
  'ceo',
  'cfo',
  'financial_specialist',
  'accountant',
  'cashier',
  'compliance_manager',
  'compliance_specialist',
  'antifraud_specialist',
  'customer_support',
  'customer_support_manager',
  'exchange_manager',
  'individual',
  'merchant',
] as const
export type Role = (typeof ROLES)[number]

/** Roles of customers; all others are staff and belong to a system organization. */
export const CLIENT_ROLES = ['individual', 'merchant'] as const satisfies readonly Role[]

export function isClientRole(role: Role): role is (typeof CLIENT_ROLES)[number] {
  return (CLIENT_ROLES as readonly Role[]).includes(role)
}

export function permissionsOf(role: Role): readonly Permission[] {
  return GRANTS[role]
}

export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter((role) => GRANTS[role].includes(permission))
}

const VIEW_CATALOGUE = ['CURRENCY_VIEWER', 'ISSUER_VIEWER', 'BANK_CATALOG_VIEWER', 'COIN_VALIDATOR'] as const
const VIEW_MONEY = [
  'TRANSACTION_VIEWER',
  'ALL_TRANSACTIONS_VIEWER',
  'BUSINESS_REQUEST_VIEWER',
  'SYSTEM_COIN_VIEWER',
] as const
const CLIENT = [
  ...VIEW_CATALOGUE,
  'COIN_OWNER',
  'BANK_ACCOUNT_OWNER',
  'BANK_TOP_UP_REQUESTER',
  'BANK_WITHDRAWAL_OWNER',
  'TRANSFER_EXECUTOR',
  'TRANSACTION_VIEWER',
] as const

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    'USER_MANAGER',
    'CURRENCY_MANAGER',
    'ISSUER_MANAGER',
    'BANK_CATALOG_MANAGER',
    'BANK_ACCOUNT_MANAGER',
    'AUDIT_VIEWER',
    'SANDBOX_VIEWER',
  ],
  role_administrator: ['USER_MANAGER', 'AUDIT_VIEWER'],
  ceo: [...VIEW_CATALOGUE, ...VIEW_MONEY, 'AUDIT_VIEWER'],
  cfo: [...VIEW_CATALOGUE, ...VIEW_MONEY, 'AUDIT_VIEWER'],
  financial_specialist: [...VIEW_CATALOGUE, ...VIEW_MONEY],
  accountant: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    'BANK_TOP_UP_REQUESTER',
    'BANK_TOP_UP_CREATION_EXECUTOR',
    'BANK_WITHDRAWAL_OWNER',
    'BANK_WITHDRAWAL_CREATION_EXECUTOR',
  ],
  cashier: VIEW_CATALOGUE,
  compliance_manager: [...VIEW_CATALOGUE, ...VIEW_MONEY, 'BANK_ACCOUNT_MANAGER', 'AUDIT_VIEWER'],
  compliance_specialist: [...VIEW_CATALOGUE, ...VIEW_MONEY, 'BANK_ACCOUNT_MANAGER'],
  antifraud_specialist: [...VIEW_CATALOGUE, ...VIEW_MONEY],
  customer_support: [...VIEW_CATALOGUE, 'TRANSACTION_VIEWER', 'ALL_TRANSACTIONS_VIEWER'],
  customer_support_manager: [...VIEW_CATALOGUE, 'TRANSACTION_VIEWER', 'ALL_TRANSACTIONS_VIEWER'],
  exchange_manager: VIEW_CATALOGUE,
  individual: CLIENT,
  merchant: CLIENT,
}
