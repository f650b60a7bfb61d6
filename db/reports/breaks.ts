import type { Knex } from 'knex'
import type { Break, BreakKind } from '#domain/reports/reconciliation.ts'
import { appendAudit, type AuditEntry } from '../audit.ts'
import { readPage, type PageOf } from '../page.ts'

export type BreakState = 'open' | 'resolved' | 'vanished'
export type BreakRow = {
  id: string
  project_id: string
  part: string
  kind: BreakKind
  subject: string
  ours: string | null
  theirs: string | null
  about_at: Date | null
  state: BreakState
  first_seen: Date
  last_seen: Date
  last_run: string | null
  reason: string | null
  proposed_by: string | null
  proposed_at: Date | null
  resolved_by: string | null
  resolved_at: Date | null
}

export type Found = Break & { readonly id: string }
/** `run` null: found by a sync, or told by a call. */
type Where = { readonly projectId: string; readonly run: string | null; readonly part: string }

/**
 * Notes differences, each once: one that is there already was seen again, one that had vanished is open again, without
 * what had been proposed about it. One that was resolved stays so. @returns how many became open
 */
export async function noteBreaks(trx: Knex, where: Where, found: readonly Found[]): Promise<number> {
  const opened: BreakRow[] = []
  // In one order, so that two runs at once do not wait for each other.
  for (const one of found.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))) {
    const row = await noteBreak(trx, where, one)
    if (row) opened.push(row)
  }
  await auditBreaks(trx, where.projectId, { action: 'break.open', rows: opened })
  return opened.length
}

const SAME = ['project_id', 'part', 'kind', 'subject', 'ours', 'theirs']

async function noteBreak(trx: Knex, where: Where, found: Found): Promise<BreakRow | undefined> {
  const { projectId, run, part } = where
  const { id, kind, subject, ours, theirs, aboutAt } = found
  const same = { project_id: projectId, part, kind, subject, ours, theirs }
  const fresh = { ...same, id, about_at: aboutAt, last_run: run }
  const [added]: BreakRow[] = await trx('breaks').insert(fresh).onConflict(SAME).ignore().returning('*')
  if (added) return added
  const known: BreakRow = await trx('breaks').where(same).forUpdate().first()
  const seen = { last_seen: trx.fn.now(), last_run: run }
  const again = { state: 'open', reason: null, proposed_by: null, proposed_at: null }
  const [changed]: BreakRow[] = await trx('breaks')
    .where({ id: known.id })
    .update(known.state === 'vanished' ? { ...seen, ...again } : seen)
    .returning('*')
  return known.state === 'vanished' ? changed : undefined
}

/**
 * Closes what this run looked for and has not seen since it began. `from` is how far it looked back; a difference about
 * something older, or about what is still settling, is left as it is.
 */
export async function closeVanished(
  trx: Knex,
  where: Where,
  looked: { readonly from: Date | null; readonly since: Date; readonly settling: readonly string[] },
): Promise<number> {
  const query = trx('breaks')
    .where({ part: where.part, state: 'open' })
    .where('last_seen', '<', looked.since)
    .whereNotIn('subject', looked.settling)
  if (looked.from) void query.where('about_at', '>=', looked.from)
  const closed: BreakRow[] = await query.update({ state: 'vanished' }).returning('*')
  await auditBreaks(trx, where.projectId, { action: 'break.vanish', rows: closed })
  return closed.length
}

/** What was found of one subject before, and is no longer so. */
export async function closeBreaksOf(
  trx: Knex,
  where: Omit<Where, 'run'>,
  about: {
    readonly kind: BreakKind
    readonly subject: string
    /** What is still so. */
    readonly but: Pick<Break, 'ours' | 'theirs'> | undefined
  },
): Promise<void> {
  const { kind, subject, but } = about
  const closed: BreakRow[] = await trx('breaks')
    .where({ part: where.part, kind, subject, state: 'open' })
    .where((other) => {
      if (but) void other.whereRaw('(ours, theirs) is distinct from (?, ?)', [but.ours, but.theirs])
    })
    .update({ state: 'vanished' })
    .returning('*')
  await auditBreaks(trx, where.projectId, { action: 'break.vanish', rows: closed })
}

async function auditBreaks(
  trx: Knex,
  projectId: string,
  { action, rows }: { action: string; rows: readonly BreakRow[] },
): Promise<void> {
  const entries = rows.map((row): AuditEntry => ({
    actor: null,
    source: 'workflow',
    action,
    subjectType: 'break',
    subjectId: row.id,
    after: breakFacts(row),
  }))
  if (entries.length > 0) await appendAudit(trx, projectId, entries)
}

/** What the audit trail keeps of it. */
export function breakFacts({ part, kind, subject, ours, theirs, state, reason }: BreakRow): object {
  return { part, kind, subject, ours, theirs, state, reason }
}

export async function lockBreak(trx: Knex, id: string): Promise<BreakRow | undefined> {
  return trx('breaks').where({ id }).forUpdate().first()
}

export async function proposeResolution(
  trx: Knex,
  id: string,
  { reason, by }: { reason: string; by: string },
): Promise<BreakRow | undefined> {
  const [changed]: BreakRow[] = await trx('breaks')
    .where({ id })
    .update({ reason, proposed_by: by, proposed_at: trx.fn.now() })
    .returning('*')
  return changed
}

export async function resolveBreak(trx: Knex, id: string, by: string): Promise<BreakRow | undefined> {
  const [changed]: BreakRow[] = await trx('breaks')
    .where({ id })
    .update({ state: 'resolved', resolved_by: by, resolved_at: trx.fn.now() })
    .returning('*')
  return changed
}

export type BreakFilter = {
  readonly ids?: readonly string[] | undefined
  readonly states?: readonly BreakState[] | undefined
  readonly kinds?: readonly BreakKind[] | undefined
  readonly parts?: readonly string[] | undefined
  readonly subjects?: readonly string[] | undefined
  /** True: a resolution waits for a second person. */
  readonly proposed?: boolean | undefined
}

type Page = { pageNumber: number; pageSize: number; countMax: number; order: 'asc' | 'desc' }

export async function findBreaks(trx: Knex, filter: BreakFilter, page: Page): Promise<PageOf<BreakRow>> {
  const query = trx('breaks as b')
    .select('b.*')
    .orderBy([
      { column: 'b.last_seen', order: page.order },
      { column: 'b.id', order: page.order },
    ])
  const lists = {
    'b.id': filter.ids,
    'b.state': filter.states,
    'b.kind': filter.kinds,
    'b.part': filter.parts,
    'b.subject': filter.subjects,
  }
  for (const [column, values] of Object.entries(lists)) if (values) void query.whereIn(column, values)
  if (filter.proposed === true) void query.where('b.state', 'open').whereNotNull('b.proposed_by')
  if (filter.proposed === false) void query.whereNull('b.proposed_by')
  return readPage<BreakRow>(trx, query, page)
}
