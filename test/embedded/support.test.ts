import { Client } from 'pg'
import { createDatabase } from '#test/support/database.ts'

describe('a test database', () => {
  test('has the migrated tables, which the runtime role may read', async () => {
    const database = await createDatabase()
    const client = new Client({ connectionString: database.url })
    await client.connect()
    try {
      const { rows } = await client.query(
        'select current_user as role, count(*)::int as tables from projects',
      )
      expect(rows).toEqual([{ role: 'sluice_app', tables: 0 }])
    } finally {
      await client.end()
      await database.drop()
    }
  })
})
