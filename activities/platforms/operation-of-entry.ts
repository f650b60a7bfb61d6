import { createHash } from 'node:crypto'
import { newId, type OperationId } from '#domain/ids.ts'

/** Where an entry stands in the world: the same whenever and by whomever it is read. */
export type EntryPlace = {
  readonly platformId: string
  readonly account: string
  readonly currency: string
  readonly entryId: string
  /** ISO 8601. */
  readonly at: string
}

/**
 * The operation that books an entry, by the entry alone, so that it is booked once however often it is read.
 * @param refused how many were refused before it: those stay refused
 */
export function operationOfEntry(
  { platformId, account, currency, entryId, at }: EntryPlace,
  refused = 0,
): OperationId {
  const hash = createHash('sha256')
    .update(JSON.stringify([platformId, account, currency, entryId, ...(refused > 0 ? [refused] : [])]))
    .digest()
  return newId('op', Date.parse(at), hash)
}
