/** Roles of the money API and what each may do. One table, from which routes, answers and tests are derived. */
export const PERMISSIONS = [
  'USER_MANAGER',
  'CURRENCY_MANAGER',
  'CURRENCY_VIEWER',
  'ISSUER_MANAGER',
  'ISSUER_VIEWER',
  'BANK_CATALOG_MANAGER',
  'BANK_CATALOG_VIEWER',
  'CONFIGURATION_MANAGER',
  'CONFIGURATION_VIEWER',
  'COIN_OWNER',
  'COIN_VALIDATOR',
  'ACCOUNT_VIEWER',
  'ACCOUNT_MANAGER',
  'CLIENT_VIEWER',
  'PROJECT_MANAGER',
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
  'LIMITED_REQUEST_DECIDER',
  'CONTRACT_VIEWER',
  'CONTRACT_MANAGER',
  'APPROVAL_RULE_VIEWER',
  'APPROVAL_RULE_MANAGER',
  'DELEGATION_OWNER',
  'AML_VIEWER',
  'AML_MANAGER',
  'AML_REVIEWER',
  'FREEZE_MANAGER',
  'NOTE_MANAGER',
  'BANK_LINE_MANAGER',
  'SUSPENSE_EXECUTOR',
  'REVERSAL_REQUESTER',
  'REVERSAL_EXECUTOR',
  'STATEMENT_VIEWER',
  'REPORT_VIEWER',
  'RECONCILIATION_MANAGER',
  'AUDIT_VIEWER',
  'SANDBOX_VIEWER',
  'platforms.view',
  'platforms.edit',
  'platforms.delete',
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

const VIEW_CATALOGUE = [
  'CURRENCY_VIEWER',
  'ISSUER_VIEWER',
  'BANK_CATALOG_VIEWER',
  'CONFIGURATION_VIEWER',
  'COIN_VALIDATOR',
] as const
const VIEW_MONEY = [
  'TRANSACTION_VIEWER',
  'ALL_TRANSACTIONS_VIEWER',
  'BUSINESS_REQUEST_VIEWER',
  'SYSTEM_COIN_VIEWER',
  'STATEMENT_VIEWER',
  'platforms.view',
] as const
const VIEW_CLIENTS = ['ACCOUNT_VIEWER', 'CLIENT_VIEWER'] as const
/** What holds money back, for those who have to explain it. */
const VIEW_RULES = ['CONTRACT_VIEWER', 'APPROVAL_RULE_VIEWER', 'AML_VIEWER'] as const
/** Spelled as the seed spells them. */
const EDIT_PLATFORMS = ['platforms.edit', 'platforms.delete'] as const
const REPORTS = ['REPORT_VIEWER', 'RECONCILIATION_MANAGER'] as const
const COMPLIANCE = [
  'BANK_ACCOUNT_MANAGER',
  'AML_REVIEWER',
  'FREEZE_MANAGER',
  'NOTE_MANAGER',
  'SUSPENSE_EXECUTOR',
] as const
const CLIENT = [
  ...VIEW_CATALOGUE,
  'COIN_OWNER',
  'BANK_ACCOUNT_OWNER',
  'BANK_TOP_UP_REQUESTER',
  'BANK_WITHDRAWAL_OWNER',
  'TRANSFER_EXECUTOR',
  'TRANSACTION_VIEWER',
  'STATEMENT_VIEWER',
] as const

const GRANTS: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...REPORTS,
    ...VIEW_CLIENTS,
    'ACCOUNT_MANAGER',
    'PROJECT_MANAGER',
    'USER_MANAGER',
    'CURRENCY_MANAGER',
    'ISSUER_MANAGER',
    'BANK_CATALOG_MANAGER',
    'CONFIGURATION_MANAGER',
    'BANK_ACCOUNT_MANAGER',
    'CONTRACT_MANAGER',
    'APPROVAL_RULE_MANAGER',
    'DELEGATION_OWNER',
    'AML_MANAGER',
    'FREEZE_MANAGER',
    'NOTE_MANAGER',
    'AUDIT_VIEWER',
    'SANDBOX_VIEWER',
    ...EDIT_PLATFORMS,
  ],
  role_administrator: ['USER_MANAGER', 'DELEGATION_OWNER', 'AUDIT_VIEWER'],
  ceo: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    ...REPORTS,
    'APPROVAL_RULE_MANAGER',
    'DELEGATION_OWNER',
    'AUDIT_VIEWER',
  ],
  cfo: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    ...REPORTS,
    'CONTRACT_MANAGER',
    'APPROVAL_RULE_MANAGER',
    'DELEGATION_OWNER',
    'REVERSAL_REQUESTER',
    'REVERSAL_EXECUTOR',
    'AUDIT_VIEWER',
  ],
  financial_specialist: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    'REPORT_VIEWER',
    'DELEGATION_OWNER',
  ],
  accountant: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    ...REPORTS,
    'ACCOUNT_MANAGER',
    'BANK_TOP_UP_REQUESTER',
    'BANK_TOP_UP_CREATION_EXECUTOR',
    'BANK_WITHDRAWAL_OWNER',
    'BANK_WITHDRAWAL_CREATION_EXECUTOR',
    'BANK_LINE_MANAGER',
    'SUSPENSE_EXECUTOR',
    'REVERSAL_REQUESTER',
    'REVERSAL_EXECUTOR',
    'DELEGATION_OWNER',
  ],
  cashier: VIEW_CATALOGUE,
  compliance_manager: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    ...COMPLIANCE,
    'AML_MANAGER',
    'DELEGATION_OWNER',
    'AUDIT_VIEWER',
  ],
  compliance_specialist: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    ...COMPLIANCE,
    'DELEGATION_OWNER',
  ],
  antifraud_specialist: [
    ...VIEW_CATALOGUE,
    ...VIEW_MONEY,
    ...VIEW_RULES,
    ...VIEW_CLIENTS,
    'LIMITED_REQUEST_DECIDER',
    'FREEZE_MANAGER',
    'NOTE_MANAGER',
    'DELEGATION_OWNER',
  ],
  customer_support: [
    ...VIEW_CATALOGUE,
    ...VIEW_CLIENTS,
    'TRANSACTION_VIEWER',
    'ALL_TRANSACTIONS_VIEWER',
    'NOTE_MANAGER',
  ],
  customer_support_manager: [
    ...VIEW_CATALOGUE,
    ...VIEW_CLIENTS,
    'TRANSACTION_VIEWER',
    'ALL_TRANSACTIONS_VIEWER',
    'NOTE_MANAGER',
  ],
  exchange_manager: VIEW_CATALOGUE,
  individual: CLIENT,
  merchant: CLIENT,
}
