import type { Knex } from 'knex'
import type { State, Verb } from '#domain/operations/operation.ts'
import type { OperationRow } from './operations.ts'

export type TicketRow = {
  id: string
  project_id: string
  operation_id: string
  person_id: string
  verb: Verb
  delivery: 'api' | 'carried'
  outcome: string | null
  refusal: string | null
}

export type NewTicket = Omit<TicketRow, 'outcome' | 'refusal'> & {
  readonly shown: object
  readonly detail?: object | undefined
  readonly valid_until: Date | null
}

export async function addTicket(trx: Knex, ticket: NewTicket): Promise<void> {
  await trx('tickets').insert({
    ...ticket,
    shown: JSON.stringify(ticket.shown),
    detail: ticket.detail ? JSON.stringify(ticket.detail) : null,
  })
}

/**
 * Decisions that the API took and whose outcome is not recorded yet, or whose workflow may not know of it: the sweeper
 * delivers them again.
 */
export async function listUndelivered(
  trx: Knex,
  asked: { olderThanMs: number; max: number },
): Promise<(TicketRow & { decided_in: State } & Pick<OperationRow, 'kind' | 'state' | 'screening_no'>)[]> {
  return trx('tickets as t')
    .join('operations as o', 'o.id', 't.operation_id')
    .where({ 't.delivery': 'api' })
    .whereRaw("(t.outcome is null or (t.outcome = 'applied' and t.heard_at is null))")
    .whereRaw("t.created_at < now() - ? * interval '1 millisecond'", [asked.olderThanMs])
    .where('t.deliver_at', '<=', trx.fn.now())
    .orderBy('t.deliver_at')
    .limit(asked.max)
    .select('t.*', trx.raw("t.shown ->> 'state' as decided_in"), 'o.kind', 'o.state', 'o.screening_no')
}

/** The workflow has the decision in its history, or has ended: it needs not be told of it any more. */
export async function markHeard(trx: Knex, id: string): Promise<void> {
  await trx('tickets').where({ id }).whereNull('heard_at').update({ heard_at: trx.fn.now() })
}

/** The person's own earlier decision of this kind, so that a second click gets the first one's answer. */
export async function hasDecided(
  trx: Knex,
  asked: { operationId: string; personId: string; verb: Verb },
): Promise<boolean> {
  const row: unknown = await trx('decisions')
    .where({ operation_id: asked.operationId, person_id: asked.personId, verb: asked.verb })
    .first('ticket_id')
  return row !== undefined
}

/** A ticket whose operation ended before it arrived. */
export async function closeTicket(trx: Knex, id: string, outcome: 'late' | 'repeated'): Promise<void> {
  await trx('tickets').where({ id }).whereNull('outcome').update({ outcome, used_at: trx.fn.now() })
}

const PAUSE_FIRST_S = 2
const PAUSE_LAST_S = 3_600

/** Counts a delivery, and puts the next one off for twice as long as the last. */
export async function countDelivery(trx: Knex, id: string): Promise<void> {
  await trx('tickets')
    .where({ id })
    .update({
      deliveries: trx.raw('deliveries + 1'),
      deliver_at: trx.raw("now() + least(? * 2 ^ least(deliveries, 20), ?) * interval '1 second'", [
        PAUSE_FIRST_S,
        PAUSE_LAST_S,
      ]),
    })
}
