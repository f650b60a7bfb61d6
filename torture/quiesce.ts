import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

export type Unquiet = { readonly subject: string; readonly detail: string }

const POLL_MS = 500

/** Everything that still moves, or has to: none of it waits for a person. */
const UNQUIET = `
  select id as subject, 'operation is ' || state as detail from operations
    where state in ('received', 'screening', 'at_platform', 'outcome_unknown') and attention is null
  union all
  select t.operation_id, 'decision ' || t.id || ' has no outcome' from tickets t join operations o on o.id = t.operation_id
    where t.delivery = 'api' and t.outcome is null and o.attention is null
  union all
  select t.operation_id, 'decision ' || t.id || ' may still be carried' from tickets t
    where t.delivery = 'carried' and t.outcome is null and t.created_at > now() - interval '10 seconds'
  union all
  select operation_id, 'its workflow may not know of decision ' || id from tickets
    where delivery = 'api' and outcome = 'applied' and heard_at is null and deliver_at < now() + interval '60 seconds'
  union all
  select id, 'operation should have expired' from operations
    where state in ('limited', 'awaiting_decision') and decide_by < now() + interval '5 seconds' and attention is null
  union all
  select coalesce(operation_id, reference), 'call of the bank ' || event_id || ' is not handled' from inbox where handled_at is null
  union all
  select i.reference, 'the bank is asked about the return that it told of' from inbox i
    where i.outcome in ('return_started', 'not_returned') and i.handled_at > now() - interval '30 seconds'
      and not exists (select from operations o where o.return_of = i.reference)`

export type Moving = { readonly ownerUrl: string; readonly bank: { readonly journal: string } }

/** After so long in which there were never fewer that move, those that are left do not come to rest by themselves. */
const PATIENCE_MS = 110_000

/** Waits until nothing moves any more, here and at the bank, or what moves does not get less. @returns what still moves */
export async function untilQuiet({ ownerUrl, bank }: Moving): Promise<Unquiet[]> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    let [fewest, since] = [Infinity, Date.now()]
    for (;;) {
      // The bank first: what it has just told of still moves here.
      const unquiet = [...(await readUnquietAtBank(bank.journal)), ...(await readUnquiet(client))]
      if (unquiet.length < fewest) [fewest, since] = [unquiet.length, Date.now()]
      if (unquiet.length === 0 || Date.now() - since > PATIENCE_MS) return unquiet
      await sleep(POLL_MS)
    }
  } finally {
    await client.end()
  }
}

async function readUnquiet(client: Client): Promise<Unquiet[]> {
  const projects = await client.query<{ id: string }>('select id from projects')
  const found: Unquiet[] = []
  for (const { id } of projects.rows) {
    await client.query("select set_config('sluice.project', $1, false)", [id])
    found.push(...(await client.query<Unquiet>(UNQUIET)).rows)
  }
  return found
}

/** What a line of the bank's journal says of later: what it will do by itself, and that it owes a call or has made it. */
type Line = {
  readonly kind: string
  readonly reference: string
  readonly later?: { readonly becomes: string }
  readonly callback?: { readonly eventId: string }
  readonly eventId?: string
}

/** What will still come of the bank by itself. */
async function readUnquietAtBank(journal: string): Promise<Unquiet[]> {
  const later = new Map<string, string>()
  const owed = new Map<string, string>()
  // The last line may not be whole yet.
  for (const text of (await readFile(journal, 'utf8')).split('\n').slice(0, -1)) {
    const { kind, reference, ...line } = JSON.parse(text) as Line
    if (/^(payout|order|request)\./.test(kind)) later.delete(reference)
    if (line.later) later.set(reference, `will be ${line.later.becomes} at the bank`)
    if (line.callback) owed.set(line.callback.eventId, reference)
    if (line.eventId !== undefined) owed.delete(line.eventId)
  }
  return [
    ...[...later].map(([subject, detail]) => ({ subject, detail })),
    ...[...owed].map(([call, subject]) => ({ subject, detail: `the bank still calls about it: ${call}` })),
  ]
}

/** How many operations there are of each kind and state. */
export async function countOperations(
  ownerUrl: string,
): Promise<{ kind: string; state: string; count: number }[]> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const projects = await client.query<{ id: string }>('select id from projects')
    const counts: { kind: string; state: string; count: number }[] = []
    for (const { id } of projects.rows) {
      await client.query("select set_config('sluice.project', $1, false)", [id])
      const { rows } = await client.query<{ kind: string; state: string; count: number }>(
        'select kind, state, count(*)::int as count from operations group by 1, 2 order by 1, 2',
      )
      counts.push(...rows)
    }
    return counts
  } finally {
    await client.end()
  }
}
