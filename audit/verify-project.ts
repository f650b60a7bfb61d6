import type { Knex } from 'knex'
import { followChain, type AuditFault } from './chain.ts'
import type { SignedHead } from './heads.ts'
import { pagesOfChain, readHead } from './read-chain.ts'

export type Verified = { readonly rows: number; readonly faults: readonly AuditFault[] }

/** Past so many there is no need to know more. */
const FAULTS_MAX = 100

/**
 * Follows a project's trail from its first row to its last and compares it with the heads that were signed outside. The chain
 * alone shows what was changed, taken out or exchanged; that its end was cut off, or all of it written anew, only they show.
 * One page is in memory at a time. @param trx of one project, in a snapshot @param heads of this project, with good signatures
 */
export async function verifyProject(trx: Knex, heads: readonly SignedHead[]): Promise<Verified> {
  const chain = followChain()
  const faults: AuditFault[] = []
  const signed = bySeq(heads)
  let agreed = 0
  let rows = 0
  for await (const page of pagesOfChain(trx))
    for (const row of page) {
      rows += 1
      faults.push(...chain.take(row).slice(0, FAULTS_MAX - faults.length))
      const own = signed.get(row.seq)
      if (!own) continue
      const hash = row.hash.toString('hex')
      faults.push(...own.filter((head) => head.hash !== hash).map((head) => rewritten(agreed, head)))
      agreed = row.seq
    }
  const { last } = chain
  const end = await readHead(trx)
  if (end.seq > last.seq)
    faults.push({ row: last.seq + 1, fault: `is missing: the trail had ${end.seq} rows` })
  else if (end.seq !== last.seq || !end.hash.equals(last.hash))
    faults.push({ row: last.seq, fault: 'is not where the trail says that it ends' })
  const longest = heads.reduce<SignedHead | undefined>(
    (most, head) => (head.seq > (most?.seq ?? 0) ? head : most),
    undefined,
  )
  if (longest && longest.seq > last.seq)
    faults.push({
      row: last.seq + 1,
      fault: `is missing: on ${longest.signedAt} the trail had ${longest.seq} rows`,
    })
  return { rows, faults }
}

/** A trail that stood still is signed more than once, and one that was written anew perhaps again: each head counts. */
function bySeq(heads: readonly SignedHead[]): Map<number, SignedHead[]> {
  const found = new Map<number, SignedHead[]>()
  for (const head of heads) found.set(head.seq, [...(found.get(head.seq) ?? []), head])
  return found
}

function rewritten(agreed: number, { seq, signedAt }: SignedHead): AuditFault {
  const from = agreed + 1
  const which = from === seq ? 'it' : `one of the rows ${from} to ${seq}`
  return { row: seq, fault: `is not the one that was signed on ${signedAt}: ${which} was written anew` }
}
