import type { Book, CommissionTerm, Contract, Operation, Organization } from './run.ts'

const FLOWS: Readonly<Record<string, string>> = {
  top_up: 'bank_top_up',
  withdrawal: 'bank_withdrawal',
  transfer: 'transfer',
  platform_deposit: 'platform_deposit',
  platform_withdrawal: 'platform_withdrawal',
  platform_trade: 'platform_trade',
}

/** Undefined for what no contract puts a price or a limit on, as what takes back an order on a platform. */
export function flowOf({ kind, reversal_of }: Operation): string | undefined {
  return reversal_of === null ? FLOWS[kind] : undefined
}

/** The client's own contract as it was then, or else the global base one for their type. */
export function contractOf(book: Book, organization: string, at: Date): Contract | undefined {
  const { contracts, organizations } = book
  const party = organizations.find(({ id }) => id === organization)
  if (!party) return undefined
  const given = givenAt(book, party, at)
  if (given !== null) return contracts.find(({ id, active }) => id === given && active)
  const type = party.type === 'merchant' ? 'merchant' : 'individual'
  return contracts.find(
    (contract) =>
      contract.global &&
      contract.active &&
      contract.person_type === 'base' &&
      contract.organization_type === type &&
      contract.project_id === party.project_id,
  )
}

/** The trail says what a client had before they were given another contract. */
function givenAt({ contractChanges }: Book, { id, contract_id }: Organization, at: Date): string | null {
  const next = contractChanges.find((change) => change.organization_id === id && change.at > at)
  return next ? next.before : contract_id
}

/** The conditions of the rule that was in force for the operation, of the profile that fits it most narrowly. */
export function termsOf(book: Book, operation: Operation): CommissionTerm[] {
  const flow = flowOf(operation)
  const at = operation.created_at
  const contract = contractOf(book, operation.organization_id, at)
  if (flow === undefined || !contract) return []
  const other = otherType(book, operation)
  const isIncoming = flow === 'bank_top_up' || flow === 'platform_deposit'
  const [src, dest] = isIncoming ? [other, contract.person_type] : [contract.person_type, other]
  const fitting = book.commissions.filter(
    (term) =>
      term.contract_id === contract.id &&
      term.flow === flow &&
      (term.issuer_id === null || term.issuer_id === operation.issuer_id) &&
      (term.src_person_type === null || term.src_person_type === src) &&
      (term.dest_person_type === null || term.dest_person_type === dest) &&
      term.begins_at <= at &&
      (term.ends_at === null || at < term.ends_at),
  )
  const [narrowest] = fitting.toSorted((a, b) => widthOf(a) - widthOf(b))
  return fitting.filter(({ rule_id }) => rule_id === narrowest?.rule_id)
}

/** A profile of the issuer comes before all others; then the one that names more of the two sides, the source first. */
function widthOf({ issuer_id, src_person_type, dest_person_type }: CommissionTerm): number {
  const open = [issuer_id, src_person_type, dest_person_type].map((named) => (named === null ? 1 : 0))
  const [issuer = 0, src = 0, dest = 0] = open
  return 100 * issuer + 10 * (src + dest) + src
}

/** Of a trade both sides are the client's own, and none is the other's. */
function otherType(book: Book, { kind, counter_coin_id, created_at }: Operation): string | undefined {
  if (kind === 'platform_trade') return undefined
  const coin = book.coins.find(({ id }) => id === counter_coin_id)
  return coin && contractOf(book, coin.organization_id, created_at)?.person_type
}
