import { ROLES } from '#domain/identity/role.ts'
import { opened } from '#test/support/opened.ts'
import { SLOW_TEMPORAL } from '#test/support/slow-temporal.ts'
import { useApi } from '#test/support/use-api.ts'
import { ask } from './ask.ts'
import { faultsOf } from './cells.ts'
import { PUBLIC } from './public.ts'
import { routesOf } from './routes-of.ts'
import { ACCOUNTS } from './table-accounts.ts'
import { CONFIGURATION } from './table-configuration.ts'
import { PLATFORM_ORDERS } from './table-platform-orders.ts'
import { MONEY } from './table-money.ts'
import { RULES } from './table-rules.ts'
import { openTenant } from './tenant.ts'

const api = useApi({ temporal: SLOW_TEMPORAL, reports: { start: async () => undefined } })
const ours = opened(
  () => openTenant(api.database, api.call),
  (tenant) => tenant.close(),
)
const theirs = opened(
  () => openTenant(api.database, api.call),
  (tenant) => tenant.close(),
)

const SECTIONS = [...MONEY, ...RULES, ...CONFIGURATION, ...ACCOUNTS, ...PLATFORM_ORDERS]

const ROWS = SECTIONS.flatMap(({ who, routes }) =>
  Object.entries(routes).map(([route, row]) => ({ route, row, may: who.split(' ') })),
)

test('every route of the router has a row, and every row a route', () => {
  const rows = [...ROWS.map(({ route }) => route), ...Object.keys(PUBLIC)]
  expect(new Set(rows).size).toBe(rows.length)
  expect(routesOf(api.app, BASES).toSorted()).toEqual(rows.toSorted())
})

test('roles in the table are the roles there are', () => {
  const named = new Set(ROWS.flatMap(({ may }) => may))
  expect([...named].toSorted()).toEqual([...ROLES].toSorted())
})

describe('for every role, about what is its own and what is not', () => {
  test.each(ROWS)('$route', async (listed) => {
    expect(await faultsOf({ url: api.url, ours, theirs }, listed)).toEqual([])
  })
})

test.each(Object.entries(PUBLIC))('%s is open to all', async (route, status) => {
  for (const token of [undefined, 'x'.repeat(43)]) {
    const body = route.startsWith('post') ? { body: { nobody: 'knows' } } : {}
    expect((await ask({ url: api.url, route, token }, body)).status).toBe(status)
  }
})

const BASES = ['/api/v1', '']
