import type pg from 'pg'

/** Sluice made this database, and this version cannot go on from there. Nothing in it was changed. */
export class MadeElsewhere extends Error {
  override readonly name = 'MadeElsewhere'
  /** What comes after "a database that …". */
  readonly made: string

  constructor(made: string) {
    super(
      `This database ${made}: go on with the version that made it, or export what you need with that version ` +
        'and give this one an empty database. Nothing was changed.',
    )
    this.made = made
  }
}

export type Recorded = { readonly name: string; readonly sha256: string }

/**
 * The migrations that made this database; none where it is empty.
 *
 * @throws MadeElsewhere where it is Sluice's and these migrations did not make it
 */
export async function readRecord(
  client: pg.Client,
  files: readonly Recorded[],
): Promise<readonly Recorded[]> {
  const recorded = await readRows(client)
  if (recorded.length === 0) await refuseUnrecorded(client)
  else if (!(await hasTable(client, 'schema_code')))
    throw new MadeElsewhere(
      `was made by migrations from before 0.1.0 (${recorded[0]?.name} … ${recorded.at(-1)?.name})`,
    )
  for (const { name, sha256 } of recorded) {
    const file = files.find((one) => one.name === name)
    if (!file) throw new MadeElsewhere(`was made by another version (${name} is no migration of this one)`)
    if (file.sha256 !== sha256)
      throw new MadeElsewhere(`was made by the migration ${name} as it was before it was edited`)
  }
  return recorded
}

async function readRows(client: pg.Client): Promise<readonly Recorded[]> {
  // Others have a table of this name, too.
  const ours = await client.query(
    `select from pg_attribute where attrelid = to_regclass('public.schema_migrations') and attname = 'sha256'`,
  )
  if (ours.rowCount === 0) return []
  return (await client.query<Recorded>('select name, sha256 from schema_migrations order by name')).rows
}

/** Tables that only Sluice has. */
const OURS = ['audit_heads', 'book_accounts', 'limit_reservations']

async function refuseUnrecorded(client: pg.Client): Promise<void> {
  for (const table of OURS) {
    if (await hasTable(client, table))
      throw new MadeElsewhere(
        `has tables of Sluice (${table}) and no record of the migrations that made them`,
      )
  }
}

async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  const found = await client.query<{ is: boolean }>('select to_regclass($1) is not null as is', [
    `public.${name}`,
  ])
  return found.rows[0]?.is === true
}
