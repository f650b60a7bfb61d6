import { Client } from 'pg'
import { startProcess } from '#test/support/start-process.ts'
import { temporalAddress } from '#test/support/temporal.ts'
import { useDatabase } from '#test/support/use-database.ts'

describe('ROLE=migrate', () => {
  const database = useDatabase()

  function env(): Record<string, string> {
    return {
      ROLE: 'migrate',
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      TEMPORAL_ADDRESS: temporalAddress(),
      SLUICE_ADMIN_LOGIN: 'me@example.com',
      SLUICE_ADMIN_PASSWORD: 'Correct#Horse7',
    }
  }

  test('prepares an outside database with its administrator, ends, and may be repeated', async () => {
    for (const turn of ['first', 'second']) {
      const migrating = startProcess(env())
      expect([turn, await migrating.ended, migrating.stderr()]).toEqual([turn, 0, ''])
    }
    const client = new Client({ connectionString: database.ownerUrl })
    await client.connect()
    const { rows } = await client.query('select login from people')
    await client.end()
    expect(rows).toEqual([{ login: 'me@example.com' }])
  })

  test('refuses a database of migrations from before 0.1.0, by name and with what to do', async () => {
    const client = new Client({ connectionString: database.ownerUrl })
    await client.connect()
    await client.query('drop table schema_code')
    await client.end()
    const refused = startProcess(env())
    expect(await refused.ended).toBe(1)
    expect(refused.stderr()).toMatch(
      /^This database was made by migrations from before 0\.1\.0 \(0001-tenancy\.sql … \S+\): go on with the version that made it, or export what you need with that version and give this one an empty database\. Nothing was changed\.\n$/,
    )
  })
})
