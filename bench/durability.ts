import { Client } from 'pg'
import { StartProblem } from '#embedded/start-problem.ts'

/** Whoever turns one of these off measures another product: what it acknowledged would be gone after a power cut. */
const MUST_BE_ON = ['fsync', 'synchronous_commit', 'full_page_writes'] as const

/** Asked of the server itself, not of how it was started. @throws StartProblem that names what is off */
export async function demandDurability(ownerUrl: string): Promise<void> {
  const settings = await readSettings(ownerUrl, MUST_BE_ON)
  const off = MUST_BE_ON.filter((name) => settings[name] !== 'on')
  if (off.length > 0)
    throw new StartProblem(`Nothing is measured on a Postgres with ${off.join(', ')} off: turn it on.`)
}

/** Of this session's server. */
export async function readSettings(
  url: string,
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string; setting: string }>(
      'select name, current_setting(name) as setting from pg_settings where name = any($1)',
      [names],
    )
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
  } finally {
    await client.end()
  }
}
