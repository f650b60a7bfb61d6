/** Written out by hand, and not read from domain/identity/role.ts, or the table could not find a mistake in it. */
export const CLIENTS = 'individual merchant'
export const MONEY_STAFF =
  'administrator ceo cfo financial_specialist accountant compliance_manager compliance_specialist antifraud_specialist'
export const SUPPORT = 'customer_support customer_support_manager'
export const CATALOGUE = `${MONEY_STAFF} ${SUPPORT} cashier exchange_manager ${CLIENTS}`
export const EVERYBODY = `role_administrator ${CATALOGUE}`
