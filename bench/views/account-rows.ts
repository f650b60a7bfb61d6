import { inProject } from '#db/connection.ts'
import { startBenchEngine, type BenchEngine } from '../engine/start.ts'
import { inRounds, percentile, runCallers, type Measure } from '../rounds.ts'
import type { Measured, Row, Stage } from '../row.ts'
import { vacuum } from './seed.ts'

const FEW = 1_000
const TIMES = 1_000
/** In one transaction. */
const AT_ONCE = 50_000
const ACCOUNTS_OF_AN_OWNER = 20
/** So many that the few have a full page of them as well. */
const RARE_EVERY = 20
const OFF_EVERY = 20
/** One call each is over in milliseconds, and there are many filters. */
const SHARE_OF_TIME = 0.2

export const ACCOUNT_LIST_ROWS: readonly Row[] = [
  {
    name: 'listing 50 accounts, each filter, 1,000,000 accounts',
    what: 'GET /accounts by staff in a project with 1,000,000 accounts, one caller, pages of 50; the figure is the median time',
    bareLimit: 'the same in a project with 1,000 in another database, another API process',
    bound: { kind: 'at_most', ratio: 1.5 },
    needs: 'postgres',
    run: measureLists,
  },
]

async function measureLists(stage: Stage): Promise<Measured[]> {
  const few = await startBenchEngine(stage)
  const many = await startBenchEngine({ ...stage, ...(await stage.createDatabase()) })
  try {
    const count = FEW * Math.max(Math.round(TIMES * stage.scale), 2)
    await seed(few, { count: FEW, progress: stage.progress })
    await seed(many, { count, progress: stage.progress })
    const figures: Measured[] = []
    for (const [part, query] of Object.entries(QUERIES)) {
      stage.progress(`  ${part}`)
      const measured = await inRounds(stage, { bare: median(few, query), product: median(many, query) })
      figures.push({ part, unit: 'ms', ...measured, notes: [`${count} accounts to ${FEW}`] })
    }
    return figures
  } finally {
    await few.stop()
    await many.stop()
  }
}

function median(engine: BenchEngine, query: string): Measure {
  const list = () => engine.call(engine.world.administrator, `/accounts?${query}`)
  return async (seconds) => percentile((await runCallers(1, seconds * SHARE_OF_TIME, list)).latencies, 0.5)
}

/** Every filter of the list alone, and those that people put together; what is looked for is in both. */
const QUERIES: Readonly<Record<string, string>> = {
  nothing: '',
  'search, an external id': 'search=ext-77',
  'search, a number': 'search=77',
  'search, the beginning of an id': 'search=00000000',
  'createdFrom and createdTo': 'createdFrom=2026-01-01T02:00:00Z&createdTo=2026-01-01T04:00:00Z',
  'createdTo, the oldest': 'createdTo=2026-01-01T03:00:00Z',
  'type, common': 'type=usual',
  'type, rare': 'type=rare',
  'type, none': 'type=none',
  'owner, an e-mail address': 'owner=client7@example.org',
  'owner, an id': 'owner=org_7',
  'active, on': 'active=true',
  'active, off': 'active=false',
  'type and active': 'type=usual&active=false',
}

/** A minute between two accounts, the first of them in both projects the same. */
async function seed(
  { world }: BenchEngine,
  { count, progress }: { count: number; progress: (line: string) => void },
): Promise<void> {
  const { owner, projectId } = world
  const named = { project: projectId, owners: count / ACCOUNTS_OF_AN_OWNER }
  for (const statement of PEOPLE)
    await inProject(owner, projectId, async (trx) => {
      await trx.raw('set local statement_timeout = 0')
      await trx.raw(statement, named)
    })
  for (let first = 1; first <= count; first += AT_ONCE) {
    const last = Math.min(first + AT_ONCE - 1, count)
    await inProject(owner, projectId, async (trx) => {
      await trx.raw('set local statement_timeout = 0')
      await trx.raw(SOME_ACCOUNTS, { ...named, first, last })
    })
    if (count > AT_ONCE) progress(`  ${last} accounts`)
  }
  await vacuum(world, 'accounts, organizations, people, members')
}

const PEOPLE = [
  `insert into organizations (id, project_id, type, name)
     select 'org_' || n, :project, 'individual', 'Client ' || n from generate_series(1, :owners) n`,
  `insert into people (id, login) select 'usr_' || n, 'client' || n || '@example.org' from generate_series(1, :owners) n`,
  `insert into members (id, project_id, person_id, organization_id, role, email)
     select 'mem_' || n, :project, 'usr_' || n, 'org_' || n, 'individual', 'client' || n || '@example.org'
       from generate_series(1, :owners) n`,
]

const SOME_ACCOUNTS = `
  insert into accounts (id, project_id, type, external_id, organization_id, active, created_at)
    select case n when 1 then '00000000-0000-4000-8000-000000000000' else md5(n::text)::uuid::text end, :project,
        case when n % ${RARE_EVERY} = 0 then 'rare' else 'usual' end, 'ext-' || n,
        'org_' || (n % :owners + 1), n % ${OFF_EVERY} <> 10, timestamptz '2026-01-01' + n * interval '1 minute'
      from generate_series(:first::int, :last::int) n`
