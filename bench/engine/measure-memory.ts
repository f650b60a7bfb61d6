import type { Part } from '../part.ts'
import type { Measured, Stage } from '../row.ts'
import { directTopUp } from './flows.ts'
import { startBenchEngine } from './start.ts'

const FEW = 2_000
const MANY = 20_000
const CALLERS = 16
const COINS = 1_000
const FUNDS = 10n ** 12n
const MEBIBYTE = 2 ** 20

/** How much API and worker grow from the first operations to ten times as many; each in one go, so there are no rounds. */
export async function measureMemory(stage: Stage): Promise<Measured[]> {
  const engine = await startBenchEngine(stage)
  try {
    const clients = await engine.world.addClients(COINS, FUNDS)
    const few = Math.ceil(FEW * stage.scale)
    const many = Math.ceil(MANY * stage.scale)
    const parts: Readonly<Record<string, Part<unknown> | undefined>> = {
      API: engine.api,
      worker: engine.worker,
    }
    const measure = async (count: number) => {
      await repeat(count, () => directTopUp.product(engine, clients, stage.random))
      return Promise.all(Object.values(parts).map(async (part) => ((await part?.memory()) ?? 0) / MEBIBYTE))
    }
    const before = await measure(few)
    stage.progress(`  after ${few}: ${before.map(Math.round).join(' and ')} MiB`)
    const after = await measure(many - few)
    return Object.keys(parts).map((part, index) => ({
      part,
      unit: 'MiB',
      bare: [before[index] ?? Number.NaN],
      product: [after[index] ?? Number.NaN],
      notes: [`after ${many} and ${few} operations`],
    }))
  } finally {
    await engine.stop()
  }
}

async function repeat(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count
  const call = async () => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, call))
}
