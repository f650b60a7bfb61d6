import { performance } from 'node:perf_hooks'
import type { Measured, Side, Stage } from './row.ts'

/** Measures one side for so many seconds. */
export type Measure = (seconds: number, isWarmUp: boolean) => Promise<number>

/**
 * Both sides by turns, so that what else happens on the machine hits them alike: bare limit first in one round, the
 * product in the next. Each is warmed up once before.
 */
export async function inRounds(
  {
    secondsPerSide,
    warmUpSeconds,
    rounds,
    progress,
  }: Pick<Stage, 'secondsPerSide' | 'warmUpSeconds' | 'rounds' | 'progress'>,
  sides: Readonly<Record<Side, Measure>>,
): Promise<Pick<Measured, Side>> {
  await sides.bare(warmUpSeconds, true)
  await sides.product(warmUpSeconds, true)
  const measured = { product: [] as number[], bare: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const order: readonly Side[] = round % 2 === 0 ? ['bare', 'product'] : ['product', 'bare']
    for (const side of order) measured[side].push(await sides[side](secondsPerSide, false))
    progress(
      `  round ${round + 1} of ${rounds}: ${format(measured.product[round])} to ${format(measured.bare[round])}`,
    )
  }
  return measured
}

function format(value = Number.NaN): string {
  return value.toPrecision(4)
}

export type Load = {
  readonly perSecond: number
  /** Milliseconds, ascending. */
  readonly latencies: readonly number[]
}

/**
 * So many callers, each of which calls again as soon as it has its answer. Counted is what was answered in time; what is
 * still under way then is waited for.
 *
 * @throws what a call throws: a load that fails is not a measurement
 */
export async function runCallers(
  count: number,
  seconds: number,
  work: (caller: number) => Promise<unknown>,
): Promise<Load> {
  const latencies: number[] = []
  const began = performance.now()
  const ends = began + seconds * 1_000
  const failure = new AbortController()
  const call = async (caller: number) => {
    for (let now = performance.now(); now < ends && !failure.signal.aborted;) {
      await work(caller)
      const answered = performance.now()
      if (answered <= ends) latencies.push(answered - now)
      now = answered
    }
  }
  await Promise.all(
    Array.from({ length: count }, (_, caller) =>
      call(caller).catch((error: unknown) => {
        failure.abort()
        throw error
      }),
    ),
  )
  return { perSecond: latencies.length / seconds, latencies: latencies.toSorted((a, b) => a - b) }
}

/** @param share 0.5 for the median */
export function percentile(ascending: readonly number[], share: number): number {
  const index = Math.min(Math.ceil(ascending.length * share), ascending.length) - 1
  const found = ascending[Math.max(index, 0)]
  if (found === undefined) throw new Error('nothing was measured')
  return found
}
