import { stringify } from 'csv-stringify/sync'
import { defuseFormula } from '#domain/contracts/formula.ts'

export const CSV_TYPE = 'text/csv'
export const JSON_LINES_TYPE = 'application/x-ndjson'

/**
 * How columns are read from a record. `text` is what people may have written, and is defused for spreadsheets; `exact` is
 * ours (numbers, times, words from a closed list) and stays as it is.
 */
export type Column<Row> = {
  readonly name: string
  readonly kind: 'text' | 'exact'
  readonly of: (row: Row) => string | null
}

/** RFC 4180, in UTF-8 with a byte order mark, without which Excel takes it for another encoding. */
export function csvHead<Row>(columns: readonly Column<Row>[]): string {
  return `\uFEFF${write([columns.map(({ name }) => name)])}`
}

export function csvRows<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return write(
    rows.map((row) =>
      columns.map(({ kind, of }) => {
        const value = of(row) ?? ''
        return kind === 'text' ? defuseFormula(value) : value
      }),
    ),
  )
}

function write(cells: readonly (readonly string[])[]): string {
  return stringify(
    cells.map((line) => [...line]),
    { record_delimiter: 'windows' },
  )
}
