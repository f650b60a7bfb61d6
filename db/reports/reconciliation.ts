import type { Knex } from 'knex'
import {
  HOLDING_STATES,
  IN_FLIGHT_STATES,
  type IssuerSums,
  type OurPayout,
  type WaitingHold,
} from '#domain/reports/reconciliation.ts'
import { KINDS, ORDER_KINDS, isOutgoing, type State } from '#domain/operations/operation.ts'

const OUTGOING = KINDS.filter(isOutgoing)
/** Kinds whose money leaves through a bank. */
const PAID_OUT = ['withdrawal', 'suspense_return'] as const

/** An order keeps its hold until the platform has said what became of it. */
const HOLDS = 'o.kind = any(?) and (o.state = any(?) or (o.kind = any(?) and o.state = any(?)))'
const HOLDS_BINDINGS = [OUTGOING, [...HOLDING_STATES], [...ORDER_KINDS], [...IN_FLIGHT_STATES]]

type SumsRow = Record<Exclude<keyof IssuerSums, 'issuerId' | 'currency'>, string> & {
  issuerId: string
  code: string
  fraction: number
}

/** What each issuer's accounts and operations add up to. One query, so one state of the book. */
export async function readIssuerSums(trx: Knex): Promise<IssuerSums[]> {
  const balances = trx('book_accounts as a')
    .join('balances as b', 'b.account_id', 'a.id')
    .groupBy('a.issuer_id')
    .select('a.issuer_id')
    .sum({ held: 'b.held' })
    .select(trx.raw("sum(b.posted) filter (where a.usage = 'circulation') as circulation"))
    .select(sumOf(trx, 'issuing_balance', 'issuingBalance'), sumOf(trx, 'issuing_transit', 'issuingTransit'))
    .select(
      sumOf(trx, 'technical_transit', 'technicalTransit'),
      sumOf(trx, 'payout_transit', 'payoutTransit'),
    )
  const open = trx('operations as o')
    .whereIn('state', [...HOLDING_STATES, ...IN_FLIGHT_STATES])
    .groupBy('issuer_id')
    .select('issuer_id')
    .select(
      trx.raw(`sum(sender_amount) filter (where ${HOLDS}) as "neededHolds"`, HOLDS_BINDINGS),
      trx.raw('sum(recipient_amount) filter (where kind = any(?) and state = any(?)) as "inFlight"', [
        [...PAID_OUT],
        [...IN_FLIGHT_STATES],
      ]),
    )
  const rows: SumsRow[] = await trx('issuers as i')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .join(balances.as('b'), 'b.issuer_id', 'i.id')
    .leftJoin(open.as('o'), 'o.issuer_id', 'i.id')
    .orderBy('i.sn')
    .select('i.id as issuerId', 'c.code', 'c.fraction', 'b.*', 'o.*')
  return rows.map(({ issuerId, code, fraction, ...sums }) => ({
    issuerId,
    currency: { code, fraction },
    circulation: minor(sums.circulation),
    issuingBalance: minor(sums.issuingBalance),
    issuingTransit: minor(sums.issuingTransit),
    technicalTransit: minor(sums.technicalTransit),
    held: minor(sums.held),
    neededHolds: minor(sums.neededHolds),
    payoutTransit: minor(sums.payoutTransit),
    inFlight: minor(sums.inFlight),
  }))
}

function sumOf(trx: Knex, type: string, name: string): Knex.Raw {
  return trx.raw('sum(b.posted) filter (where a.type = ?) as ??', [type, name])
}

function minor(sum: string | null): bigint {
  return BigInt(sum ?? 0)
}

/** Waiting operations for which another amount is held than they need, or none; `max` of them. */
export async function listWrongHolds(trx: Knex, max: number): Promise<WaitingHold[]> {
  const rows: { id: string; code: string; fraction: number; held: string | null; needed: string }[] =
    await trx('operations as o')
      .join('issuers as i', 'i.id', 'o.issuer_id')
      .join('currencies as c', 'c.id', 'i.currency_id')
      .leftJoin('holds as h', (on) => {
        on.on('h.operation_id', 'o.id').andOn(trx.raw("h.state = 'placed'"))
      })
      .whereRaw(HOLDS, HOLDS_BINDINGS)
      .whereRaw('h.amount is distinct from o.sender_amount')
      .orderBy('o.id')
      .limit(max)
      .select('o.id', 'c.code', 'c.fraction', 'h.amount as held', 'o.sender_amount as needed')
  return rows.map(({ id, code, fraction, held, needed }) => ({
    operation: id,
    currency: { code, fraction },
    held: held === null ? null : BigInt(held),
    needed: BigInt(needed),
  }))
}

/** Platforms that banks of the project pay out through, or that still have payouts of it. */
export async function listPlatformsOf(trx: Knex): Promise<string[]> {
  const rows: { platform: string }[] = await trx
    .select('platform')
    .from('banks')
    .whereNotNull('platform')
    .union(
      trx('operations')
        .whereIn('state', IN_FLIGHT_STATES)
        .whereIn('kind', PAID_OUT)
        .whereNotNull('platform')
        .select('platform'),
    )
    .orderBy('platform')
  return rows.map(({ platform }) => platform)
}

/** When the oldest payout was sent that is on its way, or about which a difference is open; undefined: there is none. */
export async function findOldestUnsettled(trx: Knex, platform: string): Promise<Date | undefined> {
  const sent = trx('operations as o')
    .join('order_sends as s', 's.operation_id', 'o.id')
    .whereIn('o.state', IN_FLIGHT_STATES)
    .where('o.platform', platform)
    .min('s.at as at')
  const doubted = trx('breaks').where({ part: platform, state: 'open' }).min('about_at as at')
  const rows: { at: Date | null }[] = await trx.from(sent.unionAll(doubted).as('u')).select('at')
  const times = rows.flatMap(({ at }) => (at === null ? [] : [at.getTime()]))
  return times.length === 0 ? undefined : new Date(Math.min(...times))
}

/** Ours among these references. `elsewhere`: those of another project, which are not ours to judge. */
export async function findPayouts(
  trx: Knex,
  asked: { readonly platform: string; readonly references: readonly string[] },
): Promise<{ payouts: OurPayout[]; elsewhere: Set<string> }> {
  const rows: PayoutRow[] = await payoutsQuery(trx, asked.platform).whereIn('o.id', asked.references)
  const elsewhere: string[] = await trx('project_of')
    .whereIn('id', asked.references)
    .whereRaw('project_id <> current_project()')
    .pluck('id')
  return { payouts: rows.map(toPayout), elsewhere: new Set(elsewhere) }
}

/** Payouts that were sent in the period, a page in the order of their ids. */
export async function listSentPayouts(
  trx: Knex,
  asked: { readonly platform: string; from: Date; to: Date; after: string; max: number },
): Promise<OurPayout[]> {
  const { platform, from, to, after, max } = asked
  const sent = trx('order_sends')
    .where('at', '>=', from)
    .where('at', '<', to)
    .where('operation_id', '>', after)
    .select('operation_id')
  const rows: PayoutRow[] = await payoutsQuery(trx, platform).whereIn('o.id', sent).orderBy('o.id').limit(max)
  return rows.map(toPayout)
}

type PayoutRow = {
  id: string
  state: State
  changed_at: Date
  recipient_amount: string
  code: string
  fraction: number
  platform_reference: string | null
  returned: string
  sent_at: Date | null
}

function payoutsQuery(trx: Knex, platform: string): Knex.QueryBuilder {
  return trx('operations as o')
    .join('issuers as i', 'i.id', 'o.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .where('o.platform', platform)
    .whereIn('o.kind', PAID_OUT)
    .select('o.id', 'o.state', 'o.recipient_amount', 'c.code', 'c.fraction', 'o.platform_reference')
    .select(
      trx.raw(
        "coalesce((select sum(r.amount) from operations r where r.return_of = o.id and r.state = 'processed'), 0) as returned",
      ),
      trx.raw(
        'greatest(o.state_since, (select max(r.state_since) from operations r where r.return_of = o.id)) as changed_at',
      ),
      trx.raw('(select min(s.at) from order_sends s where s.operation_id = o.id) as sent_at'),
    )
}

function toPayout(row: PayoutRow): OurPayout {
  return {
    reference: row.id,
    state: row.state,
    changedAt: row.changed_at,
    amount: BigInt(row.recipient_amount),
    currency: { code: row.code, fraction: row.fraction },
    platformReference: row.platform_reference,
    returned: BigInt(row.returned),
    sentAt: row.sent_at,
  }
}
