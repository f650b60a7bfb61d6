import type { Knex } from 'knex'
import type { ClientBase } from 'pg'
import { inProject } from '#db/connection.ts'
import { createLedger } from '#ledger/ledger.ts'
import { transferBetween } from '../engine/flows.ts'
import type { BenchEngine } from '../engine/start.ts'
import { pick, type Random } from '../random.ts'
import { topUp, type BenchClient } from '../world.ts'

/** Of the thousand: so many direct top-ups, and so many of each other sort. */
const EACH = 325
/** So few that each has a full page of the few, too. */
const CLIENTS = 25
/** With what each begins with. */
export const BASE = 3 * EACH + CLIENTS
/** Copies of the thousand in one transaction. */
const COPIES_AT_ONCE = 25
/** One in so many is before a person: of the few a full page. */
const ATTENTION_EVERY = 25

/** A thousand operations by the product itself: top-ups, half of the others waiting for a decision, and transfers. */
export async function seedThousand(engine: BenchEngine, random: Random): Promise<BenchClient[]> {
  const { world } = engine
  const clients = await world.addClients(CLIENTS, 1_000_000n)
  const parts = { db: world.db, ledger: createLedger(world.db) }
  for (let n = 0; n < EACH; n += 1) {
    const client = pick(random, clients)
    await topUp(parts, world, { client, amount: 500n })
    await topUp(parts, world, { client, amount: 700n, needsDecision: true })
    await transferBetween.product(engine, clients, random)
  }
  await inProject(world.owner, world.projectId, (trx) =>
    trx.raw(`update operations set attention = 'Somebody should look.', attention_since = now()
      where request_identifier % ${ATTENTION_EVERY} = 0`),
  )
  return clients
}

/**
 * As many again, set-wise, until there are `times` as many: each copy with party, steps and postings, an hour older than the one
 * before, and the balances that follow from it. Running balances are left out, for a copy has no place in their order.
 */
export async function multiply(
  { owner, projectId }: BenchEngine['world'],
  { times, progress }: { times: number; progress: (line: string) => void },
): Promise<void> {
  for (let first = 1; first < times; first += COPIES_AT_ONCE) {
    const last = Math.min(first + COPIES_AT_ONCE, times) - 1
    await inProject(owner, projectId, (trx) => copy(trx, { first, last }))
    if (first % 100 === 1) progress(`  ${last * BASE + BASE} operations`)
  }
  await inProject(owner, projectId, (trx) =>
    untimed(trx, 'update balances set posted = posted * :times', { times }),
  )
}

export function settle(world: BenchEngine['world']): Promise<void> {
  return vacuum(world, 'operations, operation_parties, postings, steps')
}

/** As autovacuum would have done by the time it is asked. */
export async function vacuum({ owner }: BenchEngine['world'], tables: string): Promise<void> {
  // On one connection, and in no transaction: a vacuum takes none.
  const connection = (await owner.client.acquireConnection()) as ClientBase
  try {
    await connection.query('set statement_timeout = 0')
    await connection.query(`vacuum analyze ${tables}`)
  } finally {
    await connection.query('reset statement_timeout')
    await owner.client.releaseConnection(connection)
  }
}

const COPY_ID = `'op_' || left(md5(o.id || ' ' || n), 26)`
/** Copies are marked, so that they are not copied in turn. */
const SOURCE = `(select * from operations where reason is distinct from 'copy') o cross join generate_series(:first::int, :last::int) n`

const COPIES = [
  `insert into operations (id, project_id, kind, needs_decision, state, state_since, coin_id, counter_coin_id, issuer_id, organization_id,
      amount, sender_amount, recipient_amount, rules, asked_by, decide_by, attention, attention_since, registered_at, reason, created_at, updated_at)
    select ${COPY_ID}, project_id, kind, needs_decision, state, state_since - n * interval '1 hour', coin_id, counter_coin_id, issuer_id,
      organization_id, amount, sender_amount, recipient_amount, rules, asked_by, decide_by, attention, attention_since, registered_at, 'copy',
      created_at - n * interval '1 hour', updated_at - n * interval '1 hour' from ${SOURCE}`,
  `insert into operation_parties (operation_id, project_id, full_name, iban, account_number, description)
    select ${COPY_ID}, p.project_id, p.full_name, p.iban, p.account_number, p.description
      from ${SOURCE} join operation_parties p on p.operation_id = o.id`,
  `insert into steps (operation_id, step, project_id, outcome, from_state, to_state, actor_id, at)
    select ${COPY_ID}, s.step, s.project_id, s.outcome, s.from_state, s.to_state, s.actor_id, s.at - n * interval '1 hour'
      from ${SOURCE} join steps s on s.operation_id = o.id`,
  `insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, created_at)
    select q.project_id, ${COPY_ID}, q.step, q.leg, q.type, q.account_id, q.issuer_id, q.amount, q.created_at - n * interval '1 hour'
      from ${SOURCE} join postings q on q.operation_id = o.id order by q.id`,
]

async function copy(trx: Knex, range: { first: number; last: number }): Promise<void> {
  for (const statement of COPIES) await untimed(trx, statement, range)
}

async function untimed(trx: Knex, statement: string, bindings: Record<string, number>): Promise<void> {
  await trx.raw('set local statement_timeout = 0')
  await trx.raw(statement, bindings)
}
