import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import type { Violation } from './checker/check-run.ts'
import type { Stack } from './stack.ts'

/** A line of the journal of the bank and platform, as far as it is about calls. */
export type Noted = {
  readonly kind: string
  readonly reference: string
  readonly eventId?: string
  readonly callback?: { readonly eventId: string; readonly forged?: boolean }
}

/** What was acknowledged to whoever called is kept, and what somebody else has signed never is. */
export async function checkCalls({ ownerUrl, bank }: Pick<Stack, 'ownerUrl' | 'bank'>): Promise<Violation[]> {
  const lines = (await readFile(bank.journal, 'utf8').catch(() => '')).split('\n').slice(0, -1)
  const noted = lines.map((line) => JSON.parse(line) as Noted)
  return findMiskept(noted, await readKept(ownerUrl)).map((what) => ({
    rule: 'calls_taken_are_kept',
    ...what,
  }))
}

export function findMiskept(
  noted: readonly Noted[],
  kept: ReadonlySet<string>,
): { subject: string; detail: string }[] {
  const forged = new Map(
    noted.flatMap(({ reference, callback }) => (callback?.forged ? [[callback.eventId, reference]] : [])),
  )
  const taken = new Map(
    noted.flatMap(({ kind, reference, eventId }) =>
      kind === 'callback.delivered' && eventId !== undefined ? [[eventId, reference]] : [],
    ),
  )
  return [
    ...[...taken]
      .filter(([event]) => !kept.has(event))
      .map(([event, subject]) => ({ subject, detail: `the call ${event} was taken, and is not kept` })),
    ...[...forged]
      .filter(([event]) => kept.has(event) || taken.has(event))
      .map(([event, subject]) => ({ subject, detail: `the call ${event} was signed by somebody else` })),
  ]
}

async function readKept(ownerUrl: string): Promise<Set<string>> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    const kept = new Set<string>()
    for (const { id } of (await client.query<{ id: string }>('select id from projects')).rows) {
      await client.query("select set_config('sluice.project', $1, false)", [id])
      const { rows } = await client.query<{ event_id: string }>('select event_id from inbox')
      for (const { event_id } of rows) kept.add(event_id)
    }
    return kept
  } finally {
    await client.end()
  }
}
