import type { Knex } from 'knex'
import { readPage, type PageOf } from '../page.ts'

export type RunState = 'running' | 'complete' | 'incomplete'
/** compared: against all there is. away: no usable answer, so nothing is known. no_book: it has none to show. */
export type PartState = 'compared' | 'away' | 'no_book'
export type RunPart = { readonly state: PartState; readonly compared: number }

export type RunRow = {
  id: string
  project_id: string
  asked_by: string | null
  opened_for: string | null
  state: RunState
  parts: Readonly<Record<string, RunPart>>
  tries: number
  found: number
  vanished: number
  started_at: Date
  ended_at: Date | null
}

type NewRun = { id: string; project_id: string; asked_by: string | null; opened_for: string | null }

/** Once for each round of the schedule. @returns the run, or the one that the round has already */
export async function addRun(trx: Knex, run: NewRun): Promise<RunRow> {
  const [added]: RunRow[] = await trx('reconciliation_runs')
    .insert(run)
    .onConflict(['project_id', 'opened_for'])
    .ignore()
    .returning('*')
  if (!added) return trx('reconciliation_runs').where({ opened_for: run.opened_for }).first()
  await trx('project_of').insert({ id: run.id, project_id: run.project_id })
  return added
}

/** Nobody will carry it out. */
export async function removeRun(trx: Knex, id: string): Promise<void> {
  await trx('reconciliation_runs').where({ id, state: 'running' }).delete()
}

export async function findRun(trx: Knex, id: string): Promise<RunRow | undefined> {
  return trx('reconciliation_runs').where({ id }).first()
}

/** What came of one part of it. A part that is asked again takes the place of the first answer. */
export async function recordPart(
  trx: Knex,
  id: string,
  { name, part, found, vanished }: { name: string; part: RunPart; found: number; vanished: number },
): Promise<void> {
  await trx('reconciliation_runs')
    .where({ id })
    .update({
      parts: trx.raw('parts || ?::jsonb', [JSON.stringify({ [name]: part })]),
      found: trx.raw('found + ?', [found]),
      vanished: trx.raw('vanished + ?', [vanished]),
    })
}

/** After each try: complete once every part was compared, until then incomplete. */
export async function recordTry(trx: Knex, id: string): Promise<RunRow | undefined> {
  const [run]: RunRow[] = await trx('reconciliation_runs')
    .where({ id })
    .update({
      tries: trx.raw('tries + 1'),
      ended_at: trx.fn.now(),
      state: trx.raw(
        `case when jsonb_path_exists(parts, '$.* \\? (@.state == "away")') then 'incomplete' else 'complete' end`,
      ),
    })
    .returning('*')
  return run
}

export type RunFilter = {
  readonly ids?: readonly string[] | undefined
  readonly states?: readonly RunState[] | undefined
}
type Page = { pageNumber: number; pageSize: number; countMax: number; order: 'asc' | 'desc' }

export async function findRuns(trx: Knex, filter: RunFilter, page: Page): Promise<PageOf<RunRow>> {
  const query = trx('reconciliation_runs as r')
    .select('r.*')
    .orderBy([
      { column: 'r.started_at', order: page.order },
      { column: 'r.id', order: page.order },
    ])
  if (filter.ids) void query.whereIn('r.id', filter.ids)
  if (filter.states) void query.whereIn('r.state', filter.states)
  return readPage<RunRow>(trx, query, page)
}

/** The database's own time, as it stamps all that this transaction writes: nothing written later is earlier. */
export async function readClock(trx: Knex): Promise<Date> {
  const read = await trx.raw<{ rows: [{ now: Date }] }>('select now() as now')
  return read.rows[0].now
}
