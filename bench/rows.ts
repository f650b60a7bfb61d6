import { ENGINE_ROWS } from './engine/rows.ts'
import { LEDGER_ROWS } from './ledger/rows.ts'
import { IMPORT_ROWS } from './imports/rows.ts'
import type { Row } from './row.ts'
import { ACCOUNT_LIST_ROWS } from './views/account-rows.ts'
import { VIEW_ROWS } from './views/rows.ts'

/** In the order of the table. */
export const ROWS: readonly Row[] = [
  ...LEDGER_ROWS,
  ...ENGINE_ROWS,
  ...VIEW_ROWS,
  ...ACCOUNT_LIST_ROWS,
  ...IMPORT_ROWS,
]
