import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { readDefused } from '#domain/contracts/formula.ts'
import {
  columnFault,
  IMPORT_COLUMNS,
  type Cells,
  type ImportKind,
  type ImportRecord,
} from '#domain/reports/import-row.ts'
import { SHORT_TEXT_RULES } from '#domain/short-text.ts'
import { faultProblem } from '../../http/problem.ts'
import { fileFault } from './file-fault.ts'

/** No row needs as much. */
export const ROW_MAX = 65_536

/** RFC 4180, with a header in any order. @throws Problem where it cannot be told where rows or cells end */
export async function* readCsv(text: AsyncIterable<string>, kind: ImportKind): AsyncGenerator<ImportRecord> {
  const lines = new LineCount()
  const parser = parse({
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: ROW_MAX,
    // The line in front: only here it is known of each row, also of the last before one that cannot be read.
    on_record: (record: string[], { lines: counted }) => [String(lines.of(record, counted)), ...record],
  })
  const fed = pipeline(Readable.from(text), parser)
  // Told below, where rows are waited for.
  fed.catch(() => undefined)
  let header: readonly string[] | undefined
  try {
    for await (const [line, ...record] of parser as AsyncIterable<string[]>) {
      if (header) yield readRecord(Number(line), header, record)
      else header = readHeader(record, kind)
    }
    await fed
  } catch (error) {
    throw error instanceof CsvError ? malformed(error, lines) : error
  }
  if (!header) throw fileFault('is empty: its first line names the columns')
}

/** The parser counts a line break inside of quotes by its characters, and where rows end. */
class LineCount {
  #overcounted = 0
  #last = 0

  /** @returns where the row begins */
  of(record: readonly string[], counted: number): number {
    let inside = 0
    for (const cell of record) {
      if (!cell.includes('\n') && !cell.includes('\r')) continue
      inside += cell.split(/\r\n|\n|\r/).length - 1
      this.#overcounted += cell.split('\r\n').length - 1
    }
    this.#last = counted - this.#overcounted
    return this.#last - inside
  }

  get next(): number {
    return this.#last + 1
  }
}

function malformed({ code }: CsvError, { next }: LineCount) {
  if (code === 'CSV_MAX_RECORD_SIZE')
    return fileFault(`begins a row of more than ${ROW_MAX} characters`, next)
  return fileFault('begins a row with a quote that is never closed, or one inside of a cell', next)
}

function readHeader(cells: readonly string[], kind: ImportKind): readonly string[] {
  const names = cells.map((cell) => cell.trim())
  for (const name of names) {
    const fault = columnFault(kind, name)
    if (fault) throw faultProblem(fault)
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw fileFault(`names the column ${twice} twice`, 1)
  const absent = IMPORT_COLUMNS[kind].needed.filter((name) => !names.includes(name))
  if (absent.length > 0) throw fileFault(`has no column ${absent.join(', ')}`, 1)
  return names
}

function readRecord(line: number, header: readonly string[], record: readonly string[]): ImportRecord {
  if (record.length !== header.length) {
    const message = `must have as many cells as the header: ${header.length}`
    return { line, faults: [{ field: 'row', code: 'validation_failed', message }] }
  }
  const cells: Record<string, string> = {}
  for (const [at, name] of header.entries()) {
    const cell = record[at] ?? ''
    if (cell.includes('\0'))
      return { line, faults: [{ field: name, code: 'validation_failed', message: SHORT_TEXT_RULES.control }] }
    if (cell !== '') cells[name] = readDefused(cell)
  }
  return { line, cells: cells satisfies Cells }
}
