import type { Knex } from 'knex'
import type { ClientBase } from 'pg'

/** A statement that Postgres reads and plans once per connection, under its name; knex has no way to say so. */
export type NamedQuery = { readonly name: string; readonly text: string; readonly values: unknown[] }

/** @returns its rows. @throws what knex throws where there is no connection, else what Postgres throws */
export async function queryNamed<Row extends object>(db: Knex, query: NamedQuery): Promise<Row[]> {
  return queryNamedOn<Row>(db, (await db.client.acquireConnection()) as ClientBase, query)
}

/** The same on a connection that was taken for it; it is given back. */
export async function queryNamedOn<Row extends object>(
  db: Knex,
  connection: ClientBase,
  query: NamedQuery,
): Promise<Row[]> {
  try {
    return (await connection.query<Row>(query)).rows
  } finally {
    await db.client.releaseConnection(connection)
  }
}
