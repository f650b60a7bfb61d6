import type { Knex } from 'knex'
import type { ChainRow } from './chain.ts'

const PAGE = 5_000

type Row = { seq: string; text: string; previous_hash: Buffer; hash: Buffer }

/**
 * Written out here, of Postgres's own functions alone: whoever could change the rows could also change a function that says
 * what their hashes cover. The same text as `audit_text`.
 */
const ROWS = `
  select seq, previous_hash, hash, jsonb_build_array(project_id, seq, extract(epoch from at)::numeric(20, 6)::text, actor_id, source, action,
      subject_type, subject_id, before, after)::text as text
    from audit_rows where seq > ? order by seq limit ${PAGE}`

/** Of the project of the transaction, in the order of their numbers. */
export async function* pagesOfChain(trx: Knex): AsyncGenerator<ChainRow[]> {
  let after = '0'
  for (;;) {
    const { rows } = await trx.raw<{ rows: Row[] }>(ROWS, [after])
    if (rows.length === 0) return
    yield rows.map(({ seq, text, previous_hash: previousHash, hash }) => ({
      seq: Number(seq),
      text,
      previousHash,
      hash,
    }))
    after = rows.at(-1)?.seq ?? after
  }
}

/** Where the trail says that it ends. */
export async function readHead(trx: Knex): Promise<{ seq: number; hash: Buffer }> {
  const row: { seq: string; hash: Buffer } | undefined = await trx('audit_heads').first('seq', 'hash')
  return row ? { seq: Number(row.seq), hash: row.hash } : { seq: 0, hash: Buffer.alloc(0) }
}
