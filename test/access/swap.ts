import type { Asked, Row } from './rows.ts'
import type { Thing, Things } from './things.ts'

/** Things that belong to one client, or to the person who calls. */
const OWNED: ReadonlySet<Thing> = new Set<Thing>([
  'client',
  'account',
  'approvedAccount',
  'waitingTopUp',
  'waitingWithdrawal',
  'limited',
  'payout',
  'processed',
  'dataExport',
  'clientAccount',
  'asset',
  'wallet',
  'delegation',
])

export function isOwned(name: Thing): boolean {
  return OWNED.has(name)
}

/** What a row's call names. */
export async function namesIn(row: Row, things: Things): Promise<Thing[]> {
  const names = new Set<Thing>()
  const watched = new Proxy(things, {
    get(target, name: Thing) {
      names.add(name)
      return target[name]
    },
  })
  await row.ask(watched)
  return [...names]
}

/** The caller's own call, but for one thing that comes from elsewhere. */
export async function askWith(
  row: Row,
  own: Things,
  { name, elsewhere }: { name: Thing; elsewhere: Things },
): Promise<Asked> {
  const get = (target: Things, other: Thing) => (other === name ? elsewhere : target)[other]
  return row.ask(new Proxy(own, { get }))
}
