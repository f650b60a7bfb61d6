import { reasonOf } from '#embedded/start-problem.ts'
import { checkBooks, createDatabase } from './databases.ts'
import { judge } from './judge.ts'
import type { Options } from './options.ts'
import { randomOf } from './random.ts'
import type { Outcome } from './report.ts'
import type { Row } from './row.ts'
import { createNamespace, type Servers } from './servers.ts'

/** One row on a database and a namespace of its own; afterwards its book is checked, also where the row has failed. */
export async function runRow(
  row: Row,
  { options, servers, progress }: { options: Options; servers: Servers; progress: (line: string) => void },
): Promise<Outcome> {
  const name = `bench_${row.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_')}`.slice(0, 60)
  const database = await createDatabase(servers.postgres, name)
  try {
    const temporal = row.needs === 'temporal' ? await namespaceFor(servers, name) : undefined
    const { ownerUrl, appUrl } = database
    const { secondsPerSide, warmUpSeconds, rounds, scale, seed } = options
    const processes = {
      Postgres: servers.postgres.pid,
      ...(temporal && servers.temporal?.processes),
    }
    const stage = {
      processes,
      ownerUrl,
      appUrl,
      temporal,
      secondsPerSide,
      warmUpSeconds,
      rounds,
      scale,
      progress,
      random: randomOf(seed),
    }
    const measured = await Promise.resolve(row.run(stage)).then(
      (one) => ({ figures: 'unit' in one ? [one] : one }),
      (error: unknown) => ({ figures: [], error: reasonOf(error) }),
    )
    return {
      row,
      ...measured,
      figures: measured.figures.map((figure) => ({ ...figure, judged: judge(figure, row.bound) })),
      faults: await checkBooks(database),
    }
  } finally {
    await database.drop()
  }
}

async function namespaceFor({ temporal }: Servers, database: string) {
  if (!temporal) throw new Error('no Temporal was started')
  const { address } = temporal
  const namespace = database.replaceAll('_', '-')
  await createNamespace(address, namespace)
  return { address, namespace }
}
