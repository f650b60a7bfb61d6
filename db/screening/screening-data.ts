import type { Knex } from 'knex'
import type { ListedName } from '#domain/screening/name-match.ts'
import type {
  ScreeningList,
  ScreeningRule,
  ScreeningRules,
  Velocity,
} from '#domain/screening/screening-rules.ts'
import { kindsScreenedAs } from '#domain/screening/screening.ts'
import { inProject, type Database } from '../connection.ts'
import type { ScreeningListRow } from './screening-lists.ts'
import type { ScreeningRuleRow } from './screening-rules.ts'

type VelocityAsked = {
  readonly projectId: string
  readonly organizationId: string
  readonly rule: Extract<ScreeningRule, { windowHours: number }>
  readonly at: Date
}

/** What the embedded provider works with, as functions, for it knows no database. */
export function screeningLoaders(db: Database): {
  loadRules(projectId: string, known: string | undefined): Promise<ScreeningRules | 'unchanged'>
  velocityOf(asked: VelocityAsked): Promise<Velocity>
} {
  return {
    loadRules: (projectId, known) => inProject(db, projectId, (trx) => loadRules(trx, known)),
    velocityOf: (asked) => inProject(db, asked.projectId, (trx) => velocityOf(trx, asked)),
  }
}

/** The version is read first: what changes meanwhile is at most newer than it says, and read again the next time. */
async function loadRules(trx: Knex, known: string | undefined): Promise<ScreeningRules | 'unchanged'> {
  const row: { version: string } | undefined = await trx('screening_versions').first('version')
  const version = row?.version ?? '0'
  if (version === known) return 'unchanged'
  const rules: ScreeningRuleRow[] = await trx('screening_rules').where({ active: true }).orderBy('id')
  const lists: ScreeningListRow[] = await trx('screening_lists').where({ active: true }).orderBy('id')
  const read: ScreeningList[] = []
  for (const list of lists) read.push({ ...toList(list), entries: await readEntries(trx, list.id) })
  return { version, lists: read, rules: rules.map(toRule) }
}

/** A statement for each some thousand, so that a long list does not meet the statements' time limit. */
async function readEntries(trx: Knex, listId: string): Promise<ListedName[]> {
  const entries: ListedName[] = []
  for (let after = ''; ;) {
    const rows: { id: string; name: string; aliases: string[] }[] = await trx('screening_entries')
      .where({ list_id: listId })
      .where('id', '>', after)
      .orderBy('id')
      .limit(ENTRIES_AT_ONCE)
      .select('id', 'name', 'aliases')
    entries.push(...rows.map(({ id, name, aliases }) => ({ id, names: [name, ...aliases] })))
    const last = rows.at(-1)
    if (!last || rows.length < ENTRIES_AT_ONCE) return entries
    after = last.id
  }
}
const ENTRIES_AT_ONCE = 5_000

function toList(row: ScreeningListRow): Omit<ScreeningList, 'entries'> {
  const { id, name, on_match: onMatch, match_from: matchFrom, near_from: nearFrom } = row
  return { id, name, onMatch, matchFrom, nearFrom }
}

/** The table's checks say which columns a type has. */
function toRule(row: ScreeningRuleRow): ScreeningRule {
  const { id, name, kinds, verdict, type } = row
  const common = { id, name, kinds, verdict }
  const issuerId = row.issuer_id ?? ''
  const windowHours = row.window_hours ?? 0
  const fromAmount = BigInt(row.from_amount ?? 0)
  switch (type) {
    case 'amount':
      return { ...common, type, issuerId, fromAmount }
    case 'velocity_count':
      return { ...common, type, issuerId: row.issuer_id, windowHours, fromCount: row.from_count ?? 0 }
    case 'velocity_sum':
      return { ...common, type, issuerId, windowHours, fromAmount }
    case 'country':
      return { ...common, type, countries: row.countries ?? [] }
  }
}

/**
 * What the client asked for in the window, whoever asked on their behalf; what was turned away does not count. `at` has lost its
 * microseconds on its way through a Date, and what was asked for then counts.
 */
async function velocityOf(trx: Knex, { organizationId, rule, at }: VelocityAsked): Promise<Velocity> {
  const query = trx('operations')
    .where({ organization_id: organizationId })
    .whereIn('kind', kindsScreenedAs(rule.kinds))
    .whereNotIn('state', ['refused', 'declined', 'rejected'])
    .whereRaw("created_at < ?::timestamptz + interval '1 millisecond'", [at])
    .whereRaw("created_at > ?::timestamptz - ? * interval '1 hour'", [at, rule.windowHours])
  if (rule.issuerId !== null) void query.where({ issuer_id: rule.issuerId })
  const found: { count: number; sum: string } | undefined = await query.first(
    trx.raw('count(*)::int as count'),
    trx.raw('coalesce(sum(amount), 0)::text as sum'),
  )
  return { count: found?.count ?? 0, sum: BigInt(found?.sum ?? 0) }
}
