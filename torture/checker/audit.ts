import { createHash } from 'node:crypto'
import { groupBy, indexBy } from './rows.ts'
import type { AuditRow, Rule } from './run.ts'

/** The trail is whole: no row is missing, changed or put in between, from the first to the head. */
export const auditChainHolds: Rule = {
  name: 'audit_chain_holds',
  find: ({ book }) => {
    const heads = indexBy(book.auditHeads, ({ project_id }) => project_id)
    const chains = groupBy(book.auditRows, ({ project_id }) => project_id)
    return [...new Set([...heads.keys(), ...chains.keys()])].flatMap((subject) => {
      const rows = chains.get(subject) ?? []
      const broken = firstBroken(rows)
      if (broken !== undefined) return { subject, detail: broken }
      const head = heads.get(subject)
      const [length, last] = [BigInt(rows.length), rows.at(-1)?.hash ?? Buffer.alloc(0)]
      return head?.seq === length && head.hash.equals(last)
        ? []
        : { subject, detail: `the head is at ${head?.seq}, the trail has ${length} row(s)` }
    })
  },
}

function firstBroken(rows: readonly AuditRow[]): string | undefined {
  let before = Buffer.alloc(0)
  for (const [i, row] of rows.entries()) {
    if (row.seq !== BigInt(i + 1)) return `row ${i + 1} is missing`
    if (!row.previous_hash.equals(before)) return `row ${row.seq} does not follow the one before`
    const hash = createHash('sha256').update(before).update(row.said, 'utf8').digest()
    if (!hash.equals(row.hash)) return `row ${row.seq} was changed`
    before = hash
  }
  return undefined
}
