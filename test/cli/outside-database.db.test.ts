import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { checkOutsideDatabase } from '#cli/start/outside-database.ts'
import { startPostgres } from '#embedded/postgres/postgres.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { demandVariable } from '#test/support/demand-variable.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'

describe('a database that somebody else runs', () => {
  const atEnd = cleanup()

  test('is taken with a role that row-level security binds', async () => {
    expect(await checkOutsideDatabase(demandVariable('TEST_APP_URL'), 'DATABASE_URL')).toBe('sluice_app')
  })

  test('is named by its variable where its password is wrong, and the password is not repeated', async () => {
    const url = new URL(demandVariable('TEST_APP_URL'))
    url.password = 'wrong-secret'
    const checking = checkOutsideDatabase(url.href, 'DATABASE_URL')
    await expect(checking).rejects.toThrow(
      'DATABASE_URL cannot be used (password authentication failed for user "sluice_app"): start that database or correct the variable.',
    )
  })

  test('is refused with a superuser', async () => {
    const { path, remove } = await temporaryDirectory()
    atEnd(remove)
    const postgres = await startPostgres({ dataDir: path, progress: () => undefined })
    atEnd(postgres.stop)
    const passwords: { superuser: string } = JSON.parse(await readFile(join(path, 'passwords.json'), 'utf8'))
    const url = `postgres://postgres:${passwords.superuser}@127.0.0.1:${postgres.port}/sluice`
    await expect(checkOutsideDatabase(url, 'DATABASE_OWNER_URL')).rejects.toThrow(
      'DATABASE_OWNER_URL names a role that is a superuser or bypasses row-level security: give it one that is neither.',
    )
  })
})
