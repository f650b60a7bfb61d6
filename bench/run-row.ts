import { reasonOf } from '#embedded/start-problem.ts'
import { checkBooks, createDatabase } from './databases.ts'
import { judge } from './judge.ts'
import type { Options } from './options.ts'
import { randomOf } from './random.ts'
import type { Outcome } from './report.ts'
import type { Row } from './row.ts'
import { createNamespace, type Servers } from './servers.ts'

type Running = {
  readonly options: Options
  readonly servers: Servers
  readonly progress: (line: string) => void
}

/** One row on a database and a namespace of its own; afterwards its book is checked, also where the row has failed. */
export async function runRow(row: Row, { options, servers, progress }: Running): Promise<Outcome> {
  const name = `bench_${row.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 55)
  const databases: Awaited<ReturnType<typeof createDatabase>>[] = []
  const another = async () => {
    const database = await createDatabase(servers.postgres, `${name}_${databases.length + 1}`)
    databases.push(database)
    return database
  }
  try {
    const { ownerUrl, appUrl } = await another()
    const temporal = row.needs === 'temporal' ? await namespaceFor(servers, name) : undefined
    const { secondsPerSide, warmUpSeconds, rounds, scale, seed } = options
    const processes = { Postgres: servers.postgres.pid, ...(temporal && servers.temporal?.processes) }
    const sizes = { secondsPerSide, warmUpSeconds, rounds, scale }
    const place = { ownerUrl, appUrl, temporal, createDatabase: another }
    const stage = { ...place, ...sizes, processes, progress, random: randomOf(seed) }
    const measured = await Promise.resolve(row.run(stage)).then(
      (one) => ({ figures: 'unit' in one ? [one] : one }),
      (error: unknown) => ({ figures: [], error: reasonOf(error) }),
    )
    const figures = measured.figures.map((figure) => ({ ...figure, judged: judge(figure, row.bound) }))
    const faults = await Promise.all(databases.map(checkBooks))
    return { row, ...measured, figures, faults: faults.flat() }
  } finally {
    await Promise.all(databases.map((database) => database.drop()))
  }
}

async function namespaceFor({ temporal }: Servers, database: string) {
  if (!temporal) throw new Error('no Temporal was started')
  const { address } = temporal
  const namespace = database.replaceAll('_', '-')
  await createNamespace(address, namespace)
  return { address, namespace }
}
