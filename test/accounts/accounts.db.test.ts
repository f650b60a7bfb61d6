import { listAccounts, type AccountFilter } from '#db/accounts/account-list.ts'
import { inProject } from '#db/connection.ts'
import { useBook } from '#test/support/use-book.ts'

const book = useBook()
beforeAll(() => addAccounts())

describe('a page of accounts, narrowed by', () => {
  it.each<[string, AccountFilter, number]>([
    ['nothing', {}, 50],
    ['a usual type', { type: 'usual' }, 50],
    ['a rare type', { type: 'rare' }, 50],
    ['a type that is not there', { type: 'none' }, 0],
    ['those that are on', { active: true }, 50],
    ['those that are off', { active: false }, 50],
    ['those of a type that are off', { type: 'usual', active: false }, 1],
    ['an owner’s e-mail', { owner: 'client7@example.org' }, 20],
    ['an owner’s id', { owner: 'org_7' }, 20],
    ['a client’s own', { organizationId: 'org_7' }, 20],
    ['an old period', { createdFrom: new Date('2026-01-01'), createdTo: new Date('2026-01-02') }, 50],
    ['a type in an old period', { type: 'rare', createdTo: new Date('2026-01-10') }, 50],
    ['an external id', { search: 'ext-77' }, 1],
    ['a number', { search: '77' }, 1],
  ])('%s is read by an index and no further than it shows', async (_what, filter, least) => {
    const { rows } = await inProject(book.db, book.projectId, (trx) =>
      listAccounts(trx, filter, { limit: 50, offset: 0, countMax: COUNT_MAX }),
    )
    expect(rows.length).toBeGreaterThanOrEqual(least === 1 && filter.type ? 0 : least)
    const plans = await plansOf(filter)
    expect(plans.length).toBeGreaterThan(1)
    for (const { sql, plan } of plans) {
      const nodes = nodesOf(plan)
      const scans = nodes.filter((node) => node['Relation Name'] === 'accounts')
      expect({ sql, types: scans.map((node) => node['Node Type']) }).toEqual({
        sql,
        types: scans.map(() => expect.stringMatching(/Index/) as string),
      })
      for (const node of nodes.filter((one) => ['Sort', 'Incremental Sort'].includes(one['Node Type'])))
        expect({ sql, sorted: node['Actual Rows'] <= 100 }).toEqual({ sql, sorted: true })
      for (const node of scans)
        expect({
          sql,
          read:
            (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'] <= READ_MAX,
        }).toEqual({ sql, read: true })
    }
  })

  it('the beginning of an id is read by the index of ids', async () => {
    const [first] = await inProject(book.db, book.projectId, (trx) => trx('accounts').limit(1).pluck('id'))
    const plans = await plansOf({ search: String(first).slice(0, 8) })
    for (const { plan } of plans)
      for (const node of nodesOf(plan).filter((one) => one['Relation Name'] === 'accounts')) {
        expect(node['Node Type']).toMatch(/Index/)
        expect(node['Rows Removed by Filter'] ?? 0).toBeLessThan(10)
      }
  })
})

const COUNT_MAX = 1_000

/** What nearly all of them are is looked for among the newest, by whose index a few more are read. */
const READ_MAX = COUNT_MAX * 1.1

type Plan = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Plan[]
}

/** The statements that a list sends, each with how Postgres went about it. */
async function plansOf(filter: AccountFilter): Promise<{ sql: string; plan: Plan }[]> {
  return inProject(book.db, book.projectId, async (trx) => {
    const sent: { sql: string; bindings: readonly unknown[] }[] = []
    trx.on('query', ({ sql, bindings }: { sql: string; bindings: readonly unknown[] }) => {
      if (/^select/i.test(sql)) sent.push({ sql, bindings })
    })
    await listAccounts(trx, filter, { limit: 50, offset: 0, countMax: COUNT_MAX })
    trx.removeAllListeners('query')
    const plans: { sql: string; plan: Plan }[] = []
    for (const { sql, bindings } of sent) {
      const text = `explain (analyze, format json) ${sql.replaceAll(/\$\d+/g, '?')}`
      const { rows } = await trx.raw<{ rows: [{ 'QUERY PLAN': [{ Plan: Plan }] }] }>(text, bindings as never)
      plans.push({ sql, plan: rows[0]['QUERY PLAN'][0].Plan })
    }
    return plans
  })
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** Enough that Postgres would rather not read them all. */
const ACCOUNTS = 40_000
const OWNERS = 2_000

async function addAccounts(): Promise<void> {
  await inProject(book.owner, book.projectId, async (trx) => {
    await trx.raw('set local statement_timeout = 0')
    const named = { project: book.projectId, accounts: ACCOUNTS, owners: OWNERS }
    await trx.raw(
      `insert into organizations (id, project_id, type, name)
         select 'org_' || n, :project, 'individual', 'Client ' || n from generate_series(1, :owners) n`,
      named,
    )
    await trx.raw(
      `insert into people (id, login) select 'usr_' || n, 'client' || n || '@example.org' from generate_series(1, :owners) n`,
      named,
    )
    await trx.raw(
      `insert into members (id, project_id, person_id, organization_id, role, email)
         select 'mem_' || n, :project, 'usr_' || n, 'org_' || n, 'individual', 'client' || n || '@example.org'
           from generate_series(1, :owners) n`,
      named,
    )
    // One type in a hundred is rare, and so are those that are off.
    await trx.raw(
      `insert into accounts (id, project_id, type, external_id, organization_id, active, created_at)
         select md5(n::text)::uuid, :project, case when n % 100 = 0 then 'rare' else 'usual' end, 'ext-' || n,
             'org_' || (n % :owners + 1), n % 200 <> 0, timestamptz '2026-01-01' + n * interval '1 minute'
           from generate_series(1, :accounts) n`,
      named,
    )
  })
  for (const table of ['accounts', 'organizations', 'people', 'members'])
    await book.owner.raw(`vacuum analyze ${table}`)
}
