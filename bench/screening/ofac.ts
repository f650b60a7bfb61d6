import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import type { Listed } from './variants.ts'

const GO = 'go'

/** The names of OFAC's SDN list, a work of the US government, as moov-io/watchman's module carries it for its tests. */
export function readOfac(): Listed[] {
  const cache = execFileSync(GO, ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim()
  const file = join(cache, 'github.com/moov-io/watchman@v0.31.3/test/testdata/sdn.csv')
  const rows: string[][] = parse(readFileSync(file), { relax_column_count: true, relax_quotes: true })
  return rows
    .map(([, name = '', type = '']) => ({ name: name.trim(), type: type.trim() }))
    .filter(({ name, type }) => /[A-Za-z]/.test(name) && ['individual', '-0-'].includes(type))
    .map(({ name, type }) => ({ name, isPerson: type === 'individual' }))
}
