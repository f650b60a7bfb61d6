import { isClientRole, ROLES, type Role } from '#domain/identity/role.ts'
import type { Person } from '#test/support/engine-people.ts'
import type { Row } from './rows.ts'
import { namesIn } from './swap.ts'
import { addTenantClient, demand, type Tenant } from './tenant.ts'
import { missingThings } from './missing-things.ts'
import { thingsOf } from './own-things.ts'
import type { Thing, Things } from './things.ts'

/** A route with its row and the roles that may call it. */
export type Listed = { readonly route: string; readonly row: Row; readonly may: readonly string[] }

export type World = { readonly url: string; readonly ours: Tenant; readonly theirs: Tenant }

export type Caller = { readonly role: Role; readonly person: Person; readonly own: Things }

export type Scene = Listed & {
  readonly url: string
  /** Of our project, for calls that nobody may make. */
  readonly shared: Things
  readonly foreign: Things
  /** Of another client of our project. */
  readonly neighbour: Things
  readonly missing: Things
  readonly names: readonly Thing[]
  /** Words of the other project that no answer may hold. */
  readonly secrets: readonly string[]
  readonly allowed: readonly Caller[]
  readonly forbidden: readonly Caller[]
}

/** All that the calls are about is there before the first of them, so that what changes was changed by a call. */
export async function openScene({ url, ours, theirs }: World, { route, row, may }: Listed): Promise<Scene> {
  const shared = thingsOf(ours, { person: ours.colleague('administrator') })
  const foreign = thingsOf(theirs, { person: theirs.colleague('administrator') })
  const neighbour = thingsOf(ours, { person: ours.colleague('administrator') })
  const names = await namesIn(row, shared)
  const own = mayShare(route, names) ? shared : undefined
  const callers = await Promise.all(
    ROLES.map((role) => callerOf(ours, role, { own, isFresh: may.includes(role) })),
  )
  const allowed = callers.filter(({ role }) => may.includes(role))
  for (const things of [foreign, ...allowed.map((caller) => caller.own)]) await row.ask(things)
  if (allowed.some(({ role }) => isClientRole(role))) await row.ask(neighbour)
  return {
    route,
    row,
    may,
    url,
    shared,
    foreign,
    neighbour,
    missing: missingThings(),
    names,
    secrets: await secretsOf(theirs, foreign, names),
    allowed,
    forbidden: callers.filter(({ role }) => !may.includes(role)),
  }
}

/** A look changes nothing, so all who only look can look at the same; an export belongs to who asked for it. */
function mayShare(route: string, names: readonly Thing[]): boolean {
  return (route.startsWith('get ') || route.endsWith('/view')) && !names.includes('dataExport')
}

async function callerOf(
  tenant: Tenant,
  role: Role,
  { own, isFresh }: { own: Things | undefined; isFresh: boolean },
): Promise<Caller> {
  if (isClientRole(role) && isFresh) {
    const person = await addTenantClient(tenant, role)
    return { role, person, own: thingsOf(tenant, { person, client: person }) }
  }
  const person = demand(tenant.callers.get(role), `a caller with the role ${role}`)
  return { role, person, own: own ?? thingsOf(tenant, { person }) }
}

async function secretsOf({ book }: Tenant, foreign: Things, names: readonly Thing[]): Promise<string[]> {
  const found = await Promise.all(names.map((name) => foreign[name]()))
  const words = found.flatMap((thing) => Object.values(thing).filter((value) => value.length > 8))
  return [book.projectId, book.issuerId, book.asker, ...words]
}
