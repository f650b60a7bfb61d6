import type { Knex } from 'knex'
import {
  NO_STANDING,
  STATES,
  isFinal,
  type Kind,
  type Standing,
  type State,
} from '#domain/operations/operation.ts'
import type { PinnedRules } from '#domain/operations/pinned-rules.ts'
import type { Refusal } from '#domain/operations/refusal.ts'

/** An operation with the names that people know it by. Amounts are minor units as text. */
export type OperationRow = {
  id: string
  project_id: string
  kind: Kind
  needs_decision: boolean
  state: State
  state_since: Date
  request_identifier: string
  coin_id: string | null
  counter_coin_id: string | null
  issuer_id: string
  organization_id: string
  amount: string
  sender_amount: string
  recipient_amount: string
  commission: string
  rules: PinnedRules
  /** How often it was screened. */
  screening_no: number
  screened_at: Date | null
  bank_account_id: string | null
  bank_line_id: string | null
  bank_id: string | null
  platform: string | null
  asked_by: string | null
  idempotency_key: string | null
  body_hash: Buffer | null
  return_of: string | null
  return_reference: string | null
  reversal_of: string | null
  commission_back: string
  platform_reference: string | null
  platform_at: Date | null
  /** Of a trade. */
  sold_amount: string | null
  bought_amount: string | null
  refusal: Refusal | null
  reason: string | null
  decide_by: Date | null
  attention: string | null
  attention_since: Date | null
  registered_at: Date | null
  created_at: Date
  updated_at: Date
  currency_code: string
  fraction: number
  symbol: string
  issuer_sn: string
  full_name: string | null
  iban: string | null
  account_number: string | null
  description: string | null
  bank_details: Record<string, string> | null
  bank_name: string | null
  bic: string | null
  swift: string | null
  bank_address: string | null
  bank_city: string | null
  bank_zip_code: string | null
  bank_country: string | null
}

const BANK = [
  'bic',
  'swift',
  'name as bank_name',
  'address as bank_address',
  'city as bank_city',
  'zip_code as bank_zip_code',
  'country as bank_country',
]

/** Operations of the project with their currency, party and bank. */
export function operationsQuery(trx: Knex): Knex.QueryBuilder {
  return trx('operations as o')
    .join('issuers as i', 'i.id', 'o.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .leftJoin('operation_parties as p', 'p.operation_id', 'o.id')
    .leftJoin('banks as b', 'b.id', 'o.bank_id')
    .select(
      'o.*',
      'c.code as currency_code',
      'c.fraction',
      'c.symbol',
      'i.sn as issuer_sn',
      'p.full_name',
      'p.iban',
      'p.account_number',
      'p.description',
      'p.bank_details',
      ...BANK.map((column) => `b.${column}`),
    )
}

export async function findOperation(trx: Knex, id: string): Promise<OperationRow | undefined> {
  return (await operationsQuery(trx).where('o.id', id).first()) as OperationRow | undefined
}

export async function findOperationByRequest(
  trx: Knex,
  asked: { requestIdentifier: string; kinds: readonly Kind[] },
): Promise<OperationRow | undefined> {
  // By the one key: with the kind beside it, all of that kind may be read for one.
  const row: OperationRow | undefined = await operationsQuery(trx)
    .where('o.request_identifier', asked.requestIdentifier)
    .first()
  return row && asked.kinds.includes(row.kind) ? row : undefined
}

export async function findOperationByKey(
  trx: Knex,
  asked: { askedBy: string; key: string },
): Promise<OperationRow | undefined> {
  const row = await operationsQuery(trx)
    .where({ 'o.asked_by': asked.askedBy, 'o.idempotency_key': asked.key })
    .first()
  return row as OperationRow | undefined
}

export async function markNeedsAttention(trx: Knex, id: string, why: string): Promise<void> {
  await trx('operations')
    .where({ id })
    .whereNull('attention')
    .update({ attention: why, attention_since: trx.fn.now() })
}

export type WaitingOperation = {
  id: string
  kind: Kind
  state: State
  platform: string | null
  request_identifier: string
}

/**
 * Taken and acknowledged, but without a verdict after a while: for the sweeper. In no order, so that some that cannot be
 * swept never keep the others waiting; one that a person was told of is theirs.
 */
export async function listUnregistered(
  trx: Knex,
  asked: { olderThanMs: number; max: number },
): Promise<WaitingOperation[]> {
  return trx('operations')
    .where({ state: 'received' })
    .whereNull('attention')
    .whereRaw("created_at < now() - ? * interval '1 millisecond'", [asked.olderThanMs])
    .orderByRaw('random()')
    .limit(asked.max)
    .select('id', 'kind', 'state', 'platform', 'request_identifier')
}

/** Registered and not final. */
const OPEN = STATES.filter((state) => state !== 'received' && !isFinal(state))

/** Registered and not final, longest unchanged first: their workflows should be running. */
export async function listOpen(
  trx: Knex,
  asked: { unchangedMs: number; max: number },
): Promise<WaitingOperation[]> {
  return trx('operations')
    .whereIn('state', OPEN)
    .whereNull('attention')
    .whereRaw("state_since < now() - ? * interval '1 millisecond'", [asked.unchangedMs])
    .orderByRaw('random()')
    .limit(asked.max)
    .select('id', 'kind', 'state', 'platform', 'request_identifier')
}

/** Where the operation stands now. */
export async function readStanding(trx: Knex, operation: string): Promise<Standing> {
  const row = await trx('operations')
    .where({ id: operation })
    .first<{ state: State; left_ms: number | null } | undefined>(
      'state',
      trx.raw('greatest(0, ceil(extract(epoch from decide_by - now()) * 1000))::float as left_ms'),
    )
  if (!row) return NO_STANDING
  const isAwaited = row.state === 'awaiting_decision' || row.state === 'limited'
  return { state: row.state, decideInMs: isAwaited ? row.left_ms : null }
}

/** Counts a check of the operation; the answer is the state it finds. */
export async function beginScreening(
  trx: Knex,
  asked: { operation: string; n: number },
): Promise<State | null> {
  const rows: { state: State }[] = await trx('operations')
    .where({ id: asked.operation })
    .update({ screening_no: trx.raw('greatest(screening_no, ?::int)', [asked.n]) })
    .returning('state')
  return rows[0]?.state ?? null
}
