import { Client } from 'pg'
import { reasonOf, StartProblem } from '#embedded/start-problem.ts'

const CONNECT_WITHIN_MS = 5_000

/** Looks at a database that we did not start, before anything is written to it. @returns the role's name */
export async function checkOutsideDatabase(url: string, variable: string): Promise<string> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_WITHIN_MS })
  // A connection that breaks later is reported by the query that meets it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ role: string; unbound: boolean }>(
      `select rolname as role, rolsuper or rolbypassrls as unbound from pg_roles where rolname = current_user`,
    )
    const [found] = rows
    if (!found?.unbound) return found?.role ?? ''
  } catch (error) {
    throw new StartProblem(
      `${variable} cannot be used (${reasonOf(error)}): start that database or correct the variable.`,
    )
  } finally {
    await client.end().catch(() => undefined)
  }
  throw new StartProblem(
    `${variable} names a role that is a superuser or bypasses row-level security: give it one that is neither.`,
  )
}
