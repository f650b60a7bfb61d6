type Kind = 'values' | 'types'

export type Import = {
  readonly file: string
  /** From the root of the checkout, or `package:` and its name. */
  readonly target: string
  readonly written: string
  readonly isType: boolean
}

/** Who may import whom. A folder without a row fails, and so does an import that is not here. */
export const MAY_IMPORT: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  domain: {},
  db: { domain: 'values' },
  ledger: { domain: 'values', db: 'values' },
  integrations: { domain: 'values' },
  audit: { db: 'values' },
  workflows: { domain: 'values', activities: 'types' },
  activities: { domain: 'values', db: 'values', ledger: 'values' },
  // Clients of the workflows name them by type and share their messages and queue names.
  temporal: { domain: 'values', db: 'values', workflows: 'values' },
  workers: {
    domain: 'values',
    db: 'values',
    ledger: 'values',
    integrations: 'values',
    activities: 'values',
    temporal: 'values',
    workflows: 'values',
  },
  api: { domain: 'values', db: 'values', ledger: 'values', integrations: 'values', temporal: 'values' },
  embedded: {},
  cli: {
    domain: 'values',
    db: 'values',
    integrations: 'values',
    workers: 'values',
    api: 'values',
    embedded: 'values',
  },
  bench: {
    domain: 'values',
    db: 'values',
    ledger: 'values',
    integrations: 'values',
    temporal: 'values',
    workers: 'values',
    api: 'values',
    embedded: 'values',
  },
  // It looks at the product from outside; only what starts processes is the product's own.
  torture: { embedded: 'values' },
}

/** The only files of workflows/ that code outside the sandbox may load. */
export const SURFACES: ReadonlySet<string> = new Set([
  'workflows/messages.ts',
  'workflows/policy.ts',
  'workflows/index.ts',
])

/**
 * For each layer its areas, from the bottom up, and which others each may import. All of them may import the files at the root of
 * their layer, but for the roof.
 */
export const AREAS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  domain: {
    identity: [],
    catalogue: [],
    contracts: [],
    accounts: ['catalogue'],
    // Below approvals, screening and platforms, which all ask what kind an operation is.
    operations: ['identity', 'contracts', 'accounts'],
    approvals: ['identity', 'operations'],
    screening: ['operations'],
    platforms: ['operations'],
    reports: ['accounts', 'operations', 'platforms'],
  },
  db: {
    secrets: [],
    identity: ['secrets'],
    catalogue: [],
    contracts: [],
    approvals: ['catalogue'],
    screening: ['catalogue'],
    accounts: ['identity', 'catalogue'],
    operations: ['identity', 'catalogue', 'contracts', 'approvals', 'screening', 'accounts'],
    platforms: ['secrets', 'identity'],
    reports: ['identity', 'catalogue', 'accounts', 'operations', 'platforms'],
    // What goes over all areas: removing what is over, sealing secrets anew.
    upkeep: ['secrets', 'identity', 'platforms', 'reports'],
  },
  integrations: {
    http: [],
    screening: [],
    messages: [],
    platforms: ['http'],
  },
  activities: {
    screening: [],
    platforms: [],
    operations: ['platforms'],
    reports: [],
  },
  api: {
    // The frame: it knows no endpoint.
    http: [],
    identity: ['http'],
    catalogue: ['http'],
    contracts: ['http'],
    screening: ['http'],
    platforms: ['http'],
    operations: ['http', 'catalogue'],
    approvals: ['http', 'operations'],
    accounts: ['http', 'identity', 'catalogue', 'operations'],
    reports: ['http', 'catalogue', 'operations', 'accounts'],
  },
  embedded: {
    process: [],
    postgres: ['process'],
    temporal: ['process', 'postgres'],
  },
}

/** Where tests stand that are of no area: of one layer, of the whole, or of what tests themselves are made of. */
export const TEST_ROOMS = [
  'access',
  'audit',
  'bench',
  'cli',
  'db',
  'embedded',
  'fuzz',
  'http',
  'ledger',
  'replay',
  'support',
  'torture',
] as const

/** The files at the root of a layer that put its areas together; no area imports them. */
const ROOFS: ReadonlySet<string> = new Set(['activities/index.ts', 'api/endpoints.ts', 'api/main.ts'])

export function isRoof(file: string): boolean {
  return ROOFS.has(file)
}

export function folderOf(path: string): string {
  return path.split('/')[0] ?? ''
}

/** Undefined outside the layers that have areas; without a name at the root of one. */
export function areaOf(
  path: string,
): { readonly layer: string; readonly name: string | undefined } | undefined {
  const [layer = '', ...rest] = path.split('/')
  if (!(layer in AREAS)) return undefined
  return { layer, name: rest.length > 1 ? rest[0] : undefined }
}

/**
 * Groups of which each member reaches every other (Tarjan's strongly connected components), and members that reach themselves.
 * @param arrows from, to
 */
export function findCircles(arrows: readonly (readonly [string, string])[]): string[][] {
  const next = new Map<string, string[]>()
  for (const [from, to] of arrows) next.set(from, [...(next.get(from) ?? []), to])
  const order = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  const low = (node: string) => lowest.get(node) ?? Infinity
  const visit = (node: string): void => {
    order.set(node, order.size)
    lowest.set(node, order.size - 1)
    open.push(node)
    for (const other of next.get(node) ?? []) {
      if (!order.has(other)) visit(other)
      if (open.includes(other)) lowest.set(node, Math.min(low(node), low(other)))
    }
    if (low(node) !== order.get(node)) return
    const circle = open.splice(open.indexOf(node))
    if (circle.length > 1 || next.get(node)?.includes(node)) circles.push(circle)
  }
  for (const node of next.keys()) if (!order.has(node)) visit(node)
  return circles
}
