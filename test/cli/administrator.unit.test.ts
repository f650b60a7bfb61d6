import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddedAdministrator, newPassword } from '#cli/start/administrator.ts'
import { useTemporaryDirectory } from '#test/support/temporary-directory.ts'

describe('the administrator of the embedded default', () => {
  const directory = useTemporaryDirectory()

  test('is the same at every start, with a password that only the owner of the file may read', async () => {
    const first = await embeddedAdministrator({}, directory.path)
    expect(first.login).toBe('admin@sluice.local')
    expect(await embeddedAdministrator({}, directory.path)).toEqual(first)
    expect((await stat(join(directory.path, 'admin-password'))).mode & 0o777).toBe(0o600)
  })

  test('is the one that the environment names, where it does', async () => {
    const env = { SLUICE_ADMIN_LOGIN: 'me@example.com', SLUICE_ADMIN_PASSWORD: 'Correct#Horse7' }
    expect(await embeddedAdministrator(env, directory.path)).toEqual({
      login: 'me@example.com',
      password: 'Correct#Horse7',
    })
  })

  test('gets a new password where a crash has left an empty file', async () => {
    await writeFile(join(directory.path, 'admin-password'), '')
    expect((await embeddedAdministrator({}, directory.path)).password).toHaveLength(20)
  })
})

test('a generated password has every kind of character that the rule asks for, and never comes twice', () => {
  const passwords = Array.from({ length: 1_000 }, newPassword)
  for (const password of passwords) {
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])(?=.*[#$!@*&%]).{20}$/)
  }
  expect(new Set(passwords).size).toBe(1_000)
})
