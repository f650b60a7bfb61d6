import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { TemporalKind } from './stack.ts'

export type Arguments = {
  readonly seed: number
  readonly seeds: number
  readonly operations: number
  readonly faults: 'all' | 'none'
  readonly temporal: TemporalKind
  /** The checkout that is tortured; the harness is always this one. */
  readonly product: string
  readonly keep: boolean
  readonly report: string
}

const SEED_MAX = 2 ** 31

/** @throws Error that says what is wrong */
export function readArguments(args: readonly string[], home: string): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string', default: '1' },
      operations: { type: 'string', default: '200' },
      faults: { type: 'string', default: 'all' },
      temporal: { type: 'string', default: 'dev' },
      product: { type: 'string', default: home },
      report: { type: 'string', default: 'torture-report.json' },
      keep: { type: 'boolean', default: false },
    },
  })
  const { faults, temporal } = values
  if (faults !== 'all' && faults !== 'none') throw new Error('--faults must be all or none')
  if (temporal !== 'dev' && temporal !== 'postgres') throw new Error('--temporal must be dev or postgres')
  return {
    seed: values.seed === undefined ? randomInt(1, SEED_MAX) : whole('seed', values.seed),
    seeds: whole('seeds', values.seeds),
    operations: whole('operations', values.operations),
    faults,
    temporal,
    product: resolve(values.product),
    keep: values.keep,
    report: resolve(values.report),
  }
}

function whole(name: string, text: string): number {
  if (!/^[1-9][0-9]{0,9}$/.test(text)) throw new Error(`--${name} must be a whole number from 1 on`)
  return Number(text)
}
