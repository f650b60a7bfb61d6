import { createCpuMeter } from '../cpu.ts'
import { inRounds, percentile, runCallers, type Load, type Measure } from '../rounds.ts'
import type { Measured, Side, Stage } from '../row.ts'
import type { Flow } from './flows.ts'
import { startBenchEngine } from './start.ts'

/** Minor units on each coin: nobody runs out of money while it is measured. */
const FUNDS = 10n ** 12n

export type MeasuredFlow = {
  readonly flow: Flow
  readonly callers: number
  readonly clients: number
  readonly unit: string
  /** What of a load counts. */
  readonly figure: (load: Load) => number
}

export const perSecond = { unit: 'per second', figure: (load: Load) => load.perSecond }
export const p99 = { unit: 'ms', figure: ({ latencies }: Load) => percentile(latencies, 0.99) }

/** One flow of the product and its bare limit, by turns, in the same processes. */
export async function measureFlow(
  stage: Stage,
  { flow, callers, clients: clientCount, unit, figure }: MeasuredFlow,
): Promise<Measured> {
  const engine = await startBenchEngine(stage)
  try {
    await flow.prepare?.(engine)
    const clients = await engine.world.addClients(clientCount, FUNDS)
    const cpu = createCpuMeter({ load: process.pid, ...engine.processes })
    const once: Readonly<Record<Side, () => Promise<unknown>>> = {
      product: () => flow.product(engine, clients, stage.random),
      bare: () => flow.bare(engine),
    }
    const medians = { product: [] as number[], bare: [] as number[] }
    const measure =
      (side: Side): Measure =>
      async (seconds, isWarmUp) => {
        const run = () => runCallers(callers, seconds, once[side])
        if (isWarmUp) {
          const { perSecond: speed } = await run()
          await engine.world.analyze()
          return speed
        }
        const load = await cpu.measure(side, run)
        medians[side].push(percentile(load.latencies, 0.5))
        return figure(load)
      }
    const measured = await inRounds(stage, { product: measure('product'), bare: measure('bare') })
    return { unit, ...measured, notes: [medianNote(medians), ...cpu.notes()] }
  } finally {
    await engine.stop()
  }
}

function medianNote(medians: Readonly<Record<Side, readonly number[]>>): string {
  const listed = (side: Side) => medians[side].map((ms) => ms.toFixed(1)).join(' ')
  return `p50 in ms of each round, product: ${listed('product')}; bare: ${listed('bare')}`
}
