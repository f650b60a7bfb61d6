import { Client } from 'pg'
import { useDatabase } from './use-database.ts'

describe('a test database', () => {
  const database = useDatabase()

  test('has the migrated tables, which the runtime role may read', async () => {
    const client = new Client({ connectionString: database.url })
    await client.connect()
    try {
      const { rows } = await client.query(
        'select current_user as role, count(*)::int as tables from projects',
      )
      expect(rows).toEqual([{ role: 'sluice_app', tables: 0 }])
    } finally {
      await client.end()
    }
  })
})
