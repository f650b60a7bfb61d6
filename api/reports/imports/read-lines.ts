import {
  columnFault,
  rowFault,
  type ImportKind,
  type ImportRecord,
  type RowFault,
} from '#domain/reports/import-row.ts'
import { parseJson } from '../../http/json.ts'
import { Problem } from '../../http/problem.ts'
import { fileFault } from './file-fault.ts'
import { ROW_MAX } from './read-csv.ts'

/** JSON lines: one object each. A line that cannot be read is a bad row, for the next one begins anyway. */
export async function* readJsonLines(
  text: AsyncIterable<string>,
  kind: ImportKind,
): AsyncGenerator<ImportRecord> {
  let number = 0
  for await (const line of linesOf(text)) {
    number += 1
    if (line.length > ROW_MAX) throw fileFault(`has more than ${ROW_MAX} characters`, number)
    if (line.trim() !== '') yield readLine(number, line, kind)
  }
}

async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of text) {
    const lines = (rest + piece).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
    // It is refused by whoever counts lines, before more of it is kept.
    if (rest.length > ROW_MAX) break
  }
  if (rest !== '') yield rest
}

function readLine(line: number, text: string, kind: ImportKind): ImportRecord {
  let value: unknown
  try {
    value = parseJson(text)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return bad(line, error.errors[0]?.message ?? 'cannot be read')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return bad(line, 'must be a JSON object')
  const cells: Record<string, string> = {}
  const faults: RowFault[] = []
  for (const [name, field] of Object.entries(value)) {
    const unknown = columnFault(kind, name)
    if (unknown) faults.push({ ...rowFault(unknown), field: name.slice(0, NAME_MAX) })
    else if (field !== null) {
      const cell = asText(name, field)
      if (cell === undefined) faults.push({ field: name, code: 'validation_failed', message: 'must be text' })
      else cells[name] = cell
    }
  }
  return faults.length > 0 ? { line, faults } : { line, cells }
}

const NAME_MAX = 64

/** Numbers of accounts and switches may be written as what they are. */
function asText(name: string, value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (name === 'active' && typeof value === 'boolean') return String(value)
  return (name === 'account' || name === 'uid') && typeof value === 'number' ? String(value) : undefined
}

function bad(line: number, message: string): ImportRecord {
  return { line, faults: [{ field: 'row', code: 'validation_failed', message }] }
}
