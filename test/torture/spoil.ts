import type { Client } from 'pg'
import { readBook } from '#torture/checker/read-book.ts'
import type { BankEntry, Book, HeldBook } from '#torture/checker/run.ts'
import type { Exchange } from '#torture/log.ts'
import type { HonestRun } from './honest-run.ts'
import type { HonestWorld } from './honest-world.ts'

/** Names for what statements are about. */
export type Names = HonestRun & HonestWorld & { readonly issuer: string; readonly accountant: string }

/** One thing that is done to an honest run behind everybody's back, and the rules that have to see it. */
export type Spoil = {
  readonly how: string
  readonly breaks: readonly string[]
  /** Statements, run by the owner of the database. */
  readonly book?: (names: Names) => readonly string[]
  readonly log?: (exchanges: readonly Exchange[], names: Names) => readonly Exchange[]
  readonly bank?: (entries: readonly BankEntry[], names: Names) => readonly BankEntry[]
  readonly held?: (book: HeldBook, names: Names) => HeldBook
}

/** Everything that the database itself would say no with. */
const LIFT_EVERY_GUARD = `do $$
  declare one record;
  begin
    for one in select conrelid::regclass as target, conname from pg_constraint
        where contype in ('f', 'c', 'u') and connamespace = 'public'::regnamespace order by contype = 'u' loop
      execute format('alter table %s drop constraint %I', one.target, one.conname);
    end loop;
    for one in select i.indexrelid::regclass as target from pg_index i join pg_class c on c.oid = i.indrelid
        where c.relnamespace = 'public'::regnamespace and i.indisunique and not i.indisprimary loop
      execute format('drop index %s', one.target);
    end loop;
    for one in select c.oid::regclass as target from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relhastriggers loop
      execute format('alter table %s disable trigger user', one.target);
    end loop;
  end $$`

/** The book as it is after these statements; nothing of them stays. */
export async function readSpoilt(
  client: Client,
  projectId: string,
  statements: readonly string[],
): Promise<Book> {
  await client.query('begin')
  try {
    if (statements.length > 0) await client.query(LIFT_EVERY_GUARD)
    await client.query("select set_config('sluice.project', $1, true)", [projectId])
    for (const statement of statements) {
      const { rowCount } = await client.query(statement)
      if (rowCount === 0) throw new Error(`nothing was spoilt by: ${statement}`)
    }
    return await readBook(client)
  } finally {
    await client.query('rollback')
  }
}

type How = (exchange: Exchange) => Exchange | readonly Exchange[]

/** Each exchange that is meant, changed; at least one has to be. */
export function change(
  exchanges: readonly Exchange[],
  isMeant: (exchange: Exchange) => boolean,
  how: How,
): Exchange[] {
  if (!exchanges.some(isMeant)) throw new Error('no such exchange')
  return exchanges.flatMap((exchange) => (isMeant(exchange) ? how(exchange) : exchange))
}

/** Only the first of them. */
export function changeOne(
  exchanges: readonly Exchange[],
  isMeant: (exchange: Exchange) => boolean,
  how: How,
): Exchange[] {
  const first = exchanges.find(isMeant)
  return change(exchanges, (exchange) => exchange === first, how)
}
