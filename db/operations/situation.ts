import type { Knex } from 'knex'
import type { Given } from '#domain/approvals/approval.ts'
import type { Situation } from '#domain/approvals/judge-decision.ts'
import type { Role } from '#domain/identity/role.ts'
import type { State } from '#domain/operations/operation.ts'
import { readDecider } from '../approvals/approval-rules.ts'
import { inProject, type Database } from '../connection.ts'

type Row = {
  state: State
  state_since: Date
  asked_by: string | null
  screened_at: Date | null
  now: Date
}

/** What the decision of a ticket is judged by, by the database's clock. Undefined where there is no such ticket for it. */
export function readSituation(
  db: Database,
  projectId: string,
  asked: { readonly operation: string; readonly ticket: string },
): Promise<Situation | undefined> {
  return inProject(db, projectId, async (trx) => {
    const ticket: { person_id: string } | undefined = await trx('tickets')
      .where({ id: asked.ticket, operation_id: asked.operation })
      .first('person_id')
    return ticket && readSituationOf(trx, { operation: asked.operation, person: ticket.person_id })
  })
}

/** The same for somebody who has not decided yet. */
export async function readSituationOf(
  trx: Knex,
  asked: { readonly operation: string; readonly person: string },
): Promise<Situation | undefined> {
  const row: Row | undefined = await trx('operations')
    .where({ id: asked.operation })
    .first('state', 'state_since', 'asked_by', 'screened_at', trx.raw('now() as now'))
  return (
    row && {
      state: row.state,
      askedBy: row.asked_by,
      given: await listGiven(trx, asked.operation),
      decider: await readDecider(trx, asked.person, row.now),
      stateSince: row.state_since,
      screenedAt: row.screened_at,
      now: row.now,
    }
  )
}

/** The same for a check that came to its verdict: nobody decides here, but those who did count. */
export function readApprovals(
  db: Database,
  projectId: string,
  operation: string,
): Promise<Pick<Situation, 'given' | 'stateSince' | 'now'>> {
  return inProject(db, projectId, async (trx) => {
    const row: Pick<Row, 'state_since' | 'now'> = await trx('operations')
      .where({ id: operation })
      .first('state_since', trx.raw('now() as now'))
    return { given: await listGiven(trx, operation), stateSince: row.state_since, now: row.now }
  })
}

/** The accepts of several operations. */
export async function listGivenOf(trx: Knex, operations: readonly string[]): Promise<Map<string, Given[]>> {
  const rows: (GivenRow & { operation_id: string })[] = await trx('decisions')
    .whereIn('operation_id', operations)
    .where({ verb: 'accept' })
    .orderBy('at')
    .select('operation_id', 'person_id', 'role', 'on_behalf_of')
  const found = new Map<string, Given[]>()
  for (const row of rows) found.set(row.operation_id, [...(found.get(row.operation_id) ?? []), toGiven(row)])
  return found
}

export async function listGiven(trx: Knex, operation: string): Promise<Given[]> {
  return (await listGivenOf(trx, [operation])).get(operation) ?? []
}

type GivenRow = { person_id: string; role: Role; on_behalf_of: string | null }

function toGiven({ person_id, role, on_behalf_of }: GivenRow): Given {
  return { personId: person_id, role, onBehalfOf: on_behalf_of }
}
