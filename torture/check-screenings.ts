import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import type { Violation } from './checker/check-run.ts'
import type { Stack } from './stack.ts'

/** A check that came to clear, and who was to be asked about. */
export type Cleared = {
  readonly id: string
  readonly client: string
  readonly payer: string | null
  readonly other: string | null
  readonly started_at: Date
  readonly answered_at: Date
}
/** What the provider wrote down before it answered; a fault: it did not answer as it wrote. */
export type Said = { readonly at: number; readonly name: string; readonly fault: string | null }

const CLEARED = `
  select o.id, g.name as client, p.full_name as payer, h.name as other, s.started_at, s.answered_at
  from screenings s join operations o on o.id = s.operation_id join organizations g on g.id = o.organization_id
    left join operation_parties p on p.operation_id = o.id
    left join coins k on k.id = o.counter_coin_id left join organizations h on h.id = k.organization_id
  where s.provider = 'watchman' and s.verdict = 'clear'`

/** Clocks of one machine, read by different processes. */
const CLOCKS_MS = 50

/**
 * Nobody is cleared whom the provider did not clear while it was asked, by a whole answer of its own: it has written down what it
 * said, and when.
 */
export async function checkScreenings({
  ownerUrl,
  aml,
}: Pick<Stack, 'ownerUrl' | 'aml'>): Promise<Violation[]> {
  const lines = (await readFile(aml.log, 'utf8').catch(() => '')).split('\n').slice(0, -1)
  const said = lines.map((line) => JSON.parse(line) as Said)
  return findUnasked(await readCleared(ownerUrl), said).map(({ id, name }) => ({
    rule: 'nobody_is_cleared_unasked',
    subject: id,
    detail: `was cleared, and the provider did not clear ${name} for it`,
  }))
}

/**
 * Each check needs an answer that no other has: the answer given first goes to the check that ends first, which leaves a check
 * without one only if there are too few.
 */
export function findUnasked(
  checks: readonly Cleared[],
  said: readonly Said[],
): { id: string; name: string }[] {
  const asked = checks
    .flatMap((check) => namesOf(check).map((name) => ({ check, name })))
    .toSorted((a, b) => a.check.answered_at.getTime() - b.check.answered_at.getTime())
  const open = new Set(asked)
  for (const { at, name } of said.filter(isClear).toSorted((a, b) => a.at - b.at)) {
    const [first] = [...open].filter((one) => one.name === name && isDuring(at, one.check))
    if (first) open.delete(first)
  }
  return [...open].map(({ check, name }) => ({ id: check.id, name }))
}

function namesOf({ client, payer, other }: Cleared): string[] {
  const second = payer ?? other
  return second === null || second === client ? [client] : [client, second]
}

function isClear({ name, fault }: Said): boolean {
  return fault === null && !/Listed|Nearly/.test(name)
}

function isDuring(at: number, { started_at: from, answered_at: to }: Cleared): boolean {
  return at >= from.getTime() - CLOCKS_MS && at <= to.getTime() + CLOCKS_MS
}

async function readCleared(ownerUrl: string): Promise<Cleared[]> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const cleared: Cleared[] = []
    for (const { id } of (await client.query<{ id: string }>('select id from projects')).rows) {
      await client.query("select set_config('sluice.project', $1, false)", [id])
      cleared.push(...(await client.query<Cleared>(CLEARED)).rows)
    }
    return cleared
  } finally {
    await client.end()
  }
}
