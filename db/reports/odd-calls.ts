import type { Knex } from 'knex'
import { formatAmount } from '#domain/money.ts'
import { isFinal, type Kind, type State } from '#domain/operations/operation.ts'
import { isSameAmount } from '#domain/platforms/match-order.ts'
import type { InboxRow, Told } from '../platforms/inbox.ts'
import { noteBreaks } from './breaks.ts'

type Row = {
  kind: Kind
  state: State
  sender_amount: string
  recipient_amount: string
  code: string
  fraction: number
}

/**
 * A call about an order that we did not place there, with another amount, or with another end than the platform gave when it was
 * asked: for people, both sides next to each other. The book moves on none of it.
 * @returns the kind of the order it is about; undefined where there is none
 */
export async function noteIfOdd(trx: Knex, call: InboxRow): Promise<Kind | undefined> {
  const order = await findOrder(trx, call)
  // Of the call, so that it is noted once, however the order stands when it is looked at again.
  const id = `brk_${call.id.slice(4)}`
  const known: unknown = await trx('breaks').where({ id }).first('id')
  if (known) return order?.kind
  const ours = order ? `${order.state} ${amountOf(order)} ${order.code}` : null
  if (order && fits(order, call)) return order.kind
  const theirs = [call.type, call.amount, call.currency].filter((part) => part !== null).join(' ')
  await noteBreaks(trx, { projectId: call.project_id, part: call.platform, run: null }, [
    { id, kind: 'odd_call', subject: call.reference, ours, theirs, aboutAt: null },
  ])
  return order?.kind
}

/** Those that came before the order had ended. */
export async function noteOddCallsAbout(trx: Knex, operationId: string): Promise<void> {
  const calls: InboxRow[] = await trx('inbox')
    .where({ reference: operationId })
    .whereIn('type', ['order.confirmed', 'order.refused'])
  for (const call of calls) await noteIfOdd(trx, call)
}

/**
 * A second call of an event that says otherwise than the first: nobody can tell which of them is right, so both are before people,
 * once. Of a bank, a reference of another project makes it another call there, which is stored and looked at like any.
 */
export async function noteIfContradicts(trx: Knex, stored: InboxRow, told: Told): Promise<void> {
  const isSame =
    stored.type === told.type &&
    stored.reference === told.reference &&
    stored.currency === told.currency &&
    (stored.amount === null || told.amount === null
      ? stored.amount === told.amount
      : isSameAmount(stored.amount, told.amount))
  if (isSame) return
  const [ours, theirs] = [`first: ${wordsOf(stored)}`, `then: ${wordsOf(told)}`]
  // The id of a call that is not stored is nobody's.
  const found = { id: `brk_${told.id.slice(4)}`, subject: stored.reference, ours, theirs, aboutAt: null }
  await noteBreaks(trx, { projectId: stored.project_id, part: stored.platform, run: null }, [
    { ...found, kind: 'odd_call' },
  ])
}

function wordsOf({ type, reference, amount, currency }: Told): string {
  return [type, reference, amount, currency].filter((part) => part !== null).join(' ')
}

async function findOrder(trx: Knex, { reference, platform }: InboxRow): Promise<Row | undefined> {
  return trx('operations as o')
    .join('issuers as i', 'i.id', 'o.issuer_id')
    .join('currencies as c', 'c.id', 'i.currency_id')
    .where({ 'o.id': reference, 'o.platform': platform })
    .first('o.kind', 'o.state', 'o.sender_amount', 'o.recipient_amount', 'c.code', 'c.fraction')
}

function fits(order: Row, { type, amount, currency }: InboxRow): boolean {
  if (amount !== null && !isSameAmount(amount, amountOf(order))) return false
  if (currency !== null && currency !== order.code) return false
  if (!isFinal(order.state)) return true
  return type === (order.state === 'processed' ? 'order.confirmed' : 'order.refused')
}

/** What the platform was told. */
function amountOf(order: Row): string {
  const minor = order.kind === 'platform_deposit' ? order.recipient_amount : order.sender_amount
  return formatAmount(BigInt(minor), order.fraction)
}
