import { createHash } from 'node:crypto'

/** A row of the trail as it is stored: the text that its hash covers, the hash of the row before it, and its own. */
export type ChainRow = {
  readonly seq: number
  readonly text: string
  readonly previousHash: Buffer
  readonly hash: Buffer
}

/** What does not hold; `row`: the number of the row that is changed or missing, or the first that may be. */
export type AuditFault = { readonly row: number; readonly fault: string }

export type Chain = {
  /** Takes the next row in the order of their numbers. */
  take(row: ChainRow): AuditFault[]
  readonly last: Pick<ChainRow, 'seq' | 'hash'>
}

const EMPTY = Buffer.alloc(0)

/** Follows one project's chain from its first row: each covers its own text and the hash of the row before it. */
export function followChain(): Chain {
  let last: Pick<ChainRow, 'seq' | 'hash'> = { seq: 0, hash: EMPTY }
  return {
    take(row) {
      const missing = Array.from({ length: Math.min(row.seq - last.seq - 1, MISSING_MAX) }, (_, n) => ({
        row: last.seq + 1 + n,
        fault: 'is missing',
      }))
      const isNext = row.seq === last.seq + 1
      const faults = [
        ...missing,
        ...(hashOf(row).equals(row.hash) ? [] : [{ row: row.seq, fault: 'was changed' }]),
        ...(isNext && !row.previousHash.equals(last.hash)
          ? [{ row: row.seq, fault: `does not follow row ${last.seq}` }]
          : []),
      ]
      last = { seq: row.seq, hash: row.hash }
      return faults
    },
    get last() {
      return last
    },
  }
}

/** Of one gap; who has lost more has lost all. */
const MISSING_MAX = 1_000

function hashOf({ previousHash, text }: ChainRow): Buffer {
  return createHash('sha256').update(previousHash).update(text, 'utf8').digest()
}
