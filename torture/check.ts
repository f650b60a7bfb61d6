import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { checkRun, type Violation } from './checker/check-run.ts'
import { countOperations, type Unquiet } from './quiesce.ts'
import { NAMESPACE, type Stack } from './stack.ts'

export type { Violation }

type Run = { readonly logFile: string; readonly unquiet: readonly Unquiet[] }

/** Judges what is left when all is quiet, or should be: the checker, and what only this harness can know. */
export async function checkAfterwards(stack: Stack, { logFile, unquiet }: Run): Promise<Violation[]> {
  const { ownerUrl, temporalAddress, bank } = stack
  return [
    ...unquiet.map((what) => ({ rule: 'everything_comes_to_rest', ...what })),
    ...(await checkRun({
      ownerUrl,
      temporal: { address: temporalAddress, namespace: NAMESPACE },
      logFile,
      bank,
    })),
    ...(await checkScreenings(stack)),
    ...(await checkThatHalfIsDone(ownerUrl)),
  ]
}

/** An engine that turns everything away breaks no other rule. */
async function checkThatHalfIsDone(ownerUrl: string): Promise<Violation[]> {
  const counts = await countOperations(ownerUrl)
  const sum = (of: typeof counts) => of.reduce((total, { count }) => total + count, 0)
  const [all, processed] = [sum(counts), sum(counts.filter(({ state }) => state === 'processed'))]
  return processed * 2 >= all
    ? []
    : [
        {
          rule: 'half_is_processed',
          subject: 'all operations',
          detail: `${processed} of ${all} are processed`,
        },
      ]
}

type Cleared = {
  readonly id: string
  readonly client: string
  readonly payer: string | null
  readonly other: string | null
  readonly started_at: Date
  readonly answered_at: Date
}

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
async function checkScreenings({ ownerUrl, aml }: Stack): Promise<Violation[]> {
  const answers = (await readFile(aml.log, 'utf8').catch(() => '')).split('\n').slice(0, -1)
  const cleared = answers
    .map((line) => JSON.parse(line) as { at: number; name: string; fault: string | null })
    .filter(({ name, fault }) => fault === null && !/Listed|Nearly/.test(name))
  const wasCleared = (asked: string, { started_at: from, answered_at: to }: Cleared) =>
    cleared.some(
      ({ at, name }) => name === asked && at >= from.getTime() - CLOCKS_MS && at <= to.getTime() + CLOCKS_MS,
    )
  return (await readCleared(ownerUrl)).flatMap((check) =>
    [check.client, check.payer ?? check.other]
      .filter((name) => name !== null && !wasCleared(name, check))
      .map((name) => ({
        rule: 'nobody_is_cleared_unasked',
        subject: check.id,
        detail: `was cleared, and the provider did not clear ${name} then`,
      })),
  )
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
