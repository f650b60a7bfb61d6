import { EXTERNAL_ID_MAX } from '../accounts/account-rules.ts'
import { invalid, type FaultCode, type RuleFault } from '../rule-fault.ts'
import { shortTextFault } from '../short-text.ts'

export const IMPORT_KINDS = ['accounts', 'assets'] as const
export type ImportKind = (typeof IMPORT_KINDS)[number]
export const IMPORT_FORMATS = ['csv', 'jsonl'] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]
export const IMPORT_MODES = ['all_or_nothing', 'good_rows_only'] as const
export type ImportMode = (typeof IMPORT_MODES)[number]

/** What is wrong with one row of a file, without what stands in it. */
export type RowFault = { readonly field: string; readonly code: FaultCode; readonly message: string }

/** A row as the file has it: what was read of it, or why it cannot be. The line is that of the file, where the row begins. */
export type ImportRecord =
  | { readonly line: number; readonly cells: Cells }
  | { readonly line: number; readonly faults: readonly RowFault[] }
export type Cells = Readonly<Record<string, string>>

type Columns = {
  /** With the most characters of each. */
  readonly read: Readonly<Record<string, number>>
  /** A file has to have them. */
  readonly needed: readonly string[]
  /** What an export has besides; an import does not look at it. */
  readonly ignored: readonly string[]
}

const ID_MAX = 64

export const IMPORT_COLUMNS: Readonly<Record<ImportKind, Columns>> = {
  accounts: {
    read: { id: ID_MAX, externalId: EXTERNAL_ID_MAX, type: ID_MAX, owner: 254, active: 5 },
    needed: ['type', 'owner'],
    ignored: ['uid', 'ownerName', 'createdAt'],
  },
  assets: {
    read: {
      account: EXTERNAL_ID_MAX,
      currency: 12,
      issuerId: ID_MAX,
      externalId: EXTERNAL_ID_MAX,
      address: 200,
      bank: ID_MAX,
      platform: ID_MAX,
    },
    needed: ['account', 'currency'],
    ignored: ['id', 'uid', 'serial', 'owner', 'active', 'amount', 'available', 'createdAt'],
  },
}

const OPENING_BALANCE =
  'is not imported: an opening balance is an operation that another person approves; add the asset by POST /accounts/{id}/assets'

/** Undefined for one that is known. */
export function columnFault(kind: ImportKind, name: string): RuleFault | undefined {
  const { read, ignored } = IMPORT_COLUMNS[kind]
  if (name in read || ignored.includes(name)) return undefined
  return invalid(name, kind === 'assets' && name === 'balance' ? OPENING_BALANCE : 'is not known here')
}

/** Fields by name, trimmed; those that are empty are left out. */
export type Fields = Readonly<Record<string, string | undefined>>

/** By the rules of each field alone. What must be there is asked for later, where it is known what is there already. */
export function readFields(kind: ImportKind, cells: Cells): { fields: Fields; faults: RowFault[] } {
  const fields: Record<string, string> = {}
  const faults: RowFault[] = []
  for (const [name, max] of Object.entries(IMPORT_COLUMNS[kind].read)) {
    const text = cells[name]?.trim() ?? ''
    if (text === '') continue
    const message = shortTextFault(text, max)
    if (message === undefined) fields[name] = text
    else faults.push({ field: name, code: 'validation_failed', message })
  }
  const { active } = fields
  if (kind === 'accounts' && active !== undefined && active !== 'true' && active !== 'false')
    faults.push({ field: 'active', code: 'validation_failed', message: 'must be true or false' })
  return { fields, faults }
}

export function rowFault({ parameter, code, message }: RuleFault): RowFault {
  return { field: parameter, code, message }
}

export function missing(field: string): RowFault {
  return { field, code: 'validation_failed', message: 'must not be empty' }
}
