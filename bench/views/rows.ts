import { inProject } from '#db/connection.ts'
import { startBenchEngine, type BenchEngine } from '../engine/start.ts'
import { inRounds, percentile, runCallers, type Measure } from '../rounds.ts'
import type { Measured, Row, Stage } from '../row.ts'
import type { BenchClient } from '../world.ts'
import { BASE, multiply, seedThousand, settle } from './seed.ts'
import { viewsOf } from './views.ts'

const TIMES = 1_000
const LISTED = 20
/** One call each is over in milliseconds, and there are many views. */
const SHARE_OF_TIME = 0.2

export const VIEW_ROWS: readonly Row[] = [
  {
    name: '/transactions/view, each filter, 1,000,000 operations',
    what: 'POST /transactions/view by staff in a project with 1,000,000 operations, one caller, pages of 20; the figure is the median time',
    bareLimit: 'the same in a project with 1,000 in another database, another API process',
    bound: { kind: 'at_most', ratio: 1.5 },
    needs: 'postgres',
    run: measureViews,
  },
]

async function measureViews(stage: Stage): Promise<Measured[]> {
  const few = await startBenchEngine(stage)
  const many = await startBenchEngine({ ...stage, ...(await stage.createDatabase()) })
  try {
    const fewClients = await seedThousand(few, stage.random)
    const manyClients = await seedThousand(many, stage.random)
    const times = Math.max(Math.round(TIMES * stage.scale), 2)
    await multiply(many.world, { times, progress: stage.progress })
    for (const { world } of [few, many]) await settle(world)
    const views = { bare: await viewsFor(few, fewClients), product: await viewsFor(many, manyClients) }
    const figures: Measured[] = []
    for (const part of Object.keys(views.bare)) {
      stage.progress(`  ${part}`)
      const measured = await inRounds(stage, {
        bare: median(few, views.bare[part] ?? {}),
        product: median(many, views.product[part] ?? {}),
      })
      figures.push({ part, unit: 'ms', ...measured, notes: [`${times * BASE} operations to ${BASE}`] })
    }
    return figures
  } finally {
    await few.stop()
    await many.stop()
  }
}

function median(engine: BenchEngine, body: object): Measure {
  const view = () => engine.post(engine.world.administrator, '/transactions/view', body)
  return async (seconds) => percentile((await runCallers(1, seconds * SHARE_OF_TIME, view)).latencies, 0.5)
}

async function viewsFor({ world }: BenchEngine, clients: readonly BenchClient[]) {
  const [client] = clients
  if (!client) throw new Error('there are no clients')
  const rows: { id: string; request_identifier: string }[] = await inProject(
    world.db,
    world.projectId,
    (trx) => trx('operations').orderBy('created_at').limit(LISTED).select('id', 'request_identifier'),
  )
  const numbers = rows.map((row) => Number(row.request_identifier))
  return viewsOf({ client, issuerId: world.issuerId, ids: rows.map(({ id }) => id), numbers })
}
