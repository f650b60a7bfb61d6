import type { Bound, Measured, Side } from './row.ts'

export type Judged = Record<Side, number> & {
  /** Of product over bare limit: the median of the rounds, and the rounds it lies between. */
  readonly ratio: number
  readonly ratios: readonly [lowest: number, highest: number]
  readonly met: boolean
}

/** Round by round, for both sides of a round have met the same machine. */
export function judge({ product, bare }: Pick<Measured, Side>, { kind, ratio: bound }: Bound): Judged {
  const ratios = product.map((value, round) => value / (bare[round] ?? Number.NaN)).toSorted((a, b) => a - b)
  const ratio = median(ratios)
  return {
    product: median(product),
    bare: median(bare),
    ratio,
    ratios: [ratios.at(0) ?? Number.NaN, ratios.at(-1) ?? Number.NaN],
    met: kind === 'at_least' ? ratio >= bound : ratio <= bound,
  }
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b)
  const middle = (ascending.length - 1) / 2
  const [low = Number.NaN, high = Number.NaN] = [ascending[Math.floor(middle)], ascending[Math.ceil(middle)]]
  return (low + high) / 2
}
