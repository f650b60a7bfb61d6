import { Client } from 'pg'
import { startProcess } from '#test/support/start-process.ts'
import { temporalAddress } from '#test/support/temporal.ts'
import { useDatabase } from '#test/support/use-database.ts'

describe('ROLE=migrate', () => {
  const database = useDatabase()

  test('prepares an outside database with its administrator, ends, and may be repeated', async () => {
    const env = {
      ROLE: 'migrate',
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      TEMPORAL_ADDRESS: temporalAddress(),
      SLUICE_ADMIN_LOGIN: 'me@example.com',
      SLUICE_ADMIN_PASSWORD: 'Correct#Horse7',
    }
    for (const turn of ['first', 'second']) {
      const migrating = startProcess(env)
      expect([turn, await migrating.ended, migrating.stderr()]).toEqual([turn, 0, ''])
    }
    const client = new Client({ connectionString: database.ownerUrl })
    await client.connect()
    const { rows } = await client.query('select login from people')
    await client.end()
    expect(rows).toEqual([{ login: 'me@example.com' }])
  })
})
