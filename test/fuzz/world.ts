import { documentedPath } from '#api/http/docs/describe.ts'
import type { Row } from '#test/access/rows.ts'
import { MONEY } from '#test/access/table-money.ts'
import { RULES } from '#test/access/table-rules.ts'
import { addTenantClient, demand, openTenant } from '#test/access/tenant.ts'
import { thingsOf } from '#test/access/own-things.ts'
import type { Things } from '#test/access/things.ts'
import { callAt } from '#test/support/api.ts'
import { startEngine, USUAL_MS } from '#test/support/engine.ts'

export const IDENTITIES = ['nobody', 'client', 'administrator'] as const
export type Identity = (typeof IDENTITIES)[number]

export type Example = {
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: object | null
}

/** The product as it runs in use, and in it somebody of each identity with things to ask about. */
export async function openFireWorld() {
  // Guesses are what this is made of: the limit on them has its own tests.
  const engine = await startEngine({
    keepLogs: true,
    answerWithinMs: USUAL_MS,
    app: { guardedPerMinute: 1_000_000 },
  })
  const [url = ''] = engine.apiUrls
  const tenant = await openTenant(engine.database, callAt(`${url}/api/v1`))
  const client = await addTenantClient(tenant)
  const administrator = demand(tenant.callers.get('administrator'), 'an administrator')
  const people = { nobody: undefined, client, administrator }
  return {
    url,
    /** The log lines of faults of ours. */
    faultsLogged: () =>
      engine
        .logs()
        .split('\n')
        .filter((line) => line.includes('"level":50')),
    tokenOf: (who: Identity) => people[who]?.token,
    /** A call for each operation that its handler answers, by `post /path/{name}`. */
    examplesFor: (who: Identity) =>
      examplesOf(() => {
        const person = people[who] ?? administrator
        return thingsOf(tenant, { person, client: who === 'client' ? client : undefined })
      }),
    book: tenant.book,
    stop: async () => {
      await tenant.close()
      await engine.stop()
    },
  }
}
export type FireWorld = Awaited<ReturnType<typeof openFireWorld>>

async function examplesOf(freshThings: () => Things): Promise<Record<string, Example>> {
  const rows = [...MONEY, ...RULES].flatMap(({ routes }) => Object.entries(routes))
  const examples: Record<string, Example> = {}
  for (const [route, row] of rows) examples[documentedPath(route)] = await exampleOf(row, freshThings())
  return examples
}

async function exampleOf(row: Row, things: Things): Promise<Example> {
  const { params = {}, query, body = null } = await row.ask(things)
  return { path: params, query: Object.fromEntries(new URLSearchParams(query)), body }
}
