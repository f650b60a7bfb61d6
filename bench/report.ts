import type { BookFault } from '#db/reports/check-book.ts'
import type { Conditions } from './conditions.ts'
import type { Judged } from './judge.ts'
import type { Measured, Row } from './row.ts'

/** What one row gave; `error` where it gave nothing. */
export type Outcome = {
  readonly row: Row
  readonly figures: readonly (Measured & { readonly judged: Judged })[]
  readonly faults: readonly BookFault[]
  readonly error?: string
}

export type Report = { readonly conditions: Conditions; readonly outcomes: readonly Outcome[] }

const HEAD = ['row', 'product', 'bare limit', 'ratio', 'rounds', 'bound', ''] as const

export function printable({ conditions, outcomes }: Report): string {
  const width = Math.max(...Object.keys(conditions).map((name) => name.length))
  const about = Object.entries(conditions).map(([name, value]) => `${name.padEnd(width)}  ${value}`)
  const notes = outcomes.flatMap(({ row, figures }) => [
    `${row.name}: ${row.what}; the bare limit is ${row.bareLimit}.`,
    ...figures.flatMap(({ part, notes: said = [] }) =>
      said.map((note) => `  ${part === undefined ? '' : `${part}: `}${note}`),
    ),
  ])
  return [
    ...about,
    '',
    ...aligned([HEAD, ...outcomes.flatMap(cellsOf)]),
    '',
    ...notes,
    '',
    ending(outcomes),
  ].join('\n')
}

export function toJson({ conditions, outcomes }: Report): string {
  const rows = outcomes.map(({ row, ...rest }) => {
    const { name, what, bareLimit, bound, needs } = row
    return { name, what, bareLimit, bound, needs, ...rest }
  })
  return `${JSON.stringify({ conditions, rows }, undefined, 2)}\n`
}

function cellsOf({ row, figures, error, faults }: Outcome): string[][] {
  const bound = `${row.bound.kind === 'at_least' ? '>=' : '<='} ${row.bound.ratio}`
  if (error !== undefined) return [[row.name, '', '', '', '', bound, `FAILED: ${error}`]]
  return figures.map(({ part, unit, judged }) => [
    part === undefined ? row.name : `${row.name}: ${part}`,
    `${short(judged.product)} ${unit}`,
    short(judged.bare),
    judged.ratio.toFixed(2),
    judged.ratios.map((ratio) => ratio.toFixed(2)).join('-'),
    bound,
    [judged.met ? 'met' : 'MISSED', ...(faults.length > 0 ? ['THE BOOK IS WRONG'] : [])].join(', '),
  ])
}

function ending(outcomes: readonly Outcome[]): string {
  const figures = outcomes.flatMap((outcome) => outcome.figures)
  const missed = figures.filter(({ judged }) => !judged.met).length
  const failed = outcomes.filter(({ error }) => error !== undefined).length
  const faults = outcomes.flatMap((outcome) => outcome.faults)
  return [
    `${figures.length - missed} bounds met, ${missed} missed${failed > 0 ? `, ${failed} rows failed` : ''}.`,
    faults.length === 0 ? 'The book is sound.' : `The book is wrong: ${JSON.stringify(faults.slice(0, 10))}`,
  ].join(' ')
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
