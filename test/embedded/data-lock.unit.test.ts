import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lockData } from '#embedded/process/data-lock.ts'
import { useTemporaryDirectory } from '#test/support/temporary-directory.ts'

describe('a data directory', () => {
  const directory = useTemporaryDirectory()

  test('belongs to one process at a time, and to the next after it', async () => {
    const release = await lockData(directory.path)
    await expect(lockData(directory.path)).rejects.toThrow(
      `Sluice already runs on ${directory.path} (process ${process.pid}): stop it first, or set SLUICE_DATA to another directory.`,
    )
    await release()
    await expect(lockData(directory.path)).resolves.toBeDefined()
  })

  test.each(['', JSON.stringify({ pid: 2 ** 22 + 1, identity: '1' })])(
    'goes to one of several that ask at the same moment, over a lock of %j',
    async (left) => {
      if (left) await writeFile(join(directory.path, 'sluice.pid'), left)
      const asked = Array.from({ length: 8 }, () => lockData(directory.path))
      const results = await Promise.allSettled(asked)
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await readdir(directory.path)).toEqual(['sluice.pid'])
    },
  )

  test.each([
    ['a process that is gone', JSON.stringify({ pid: 2 ** 22 + 1, identity: '1' })],
    [
      'another process that was given the same id',
      JSON.stringify({ pid: process.pid, identity: 'an earlier one' }),
    ],
    ['half a file', '{"pid": 1'],
  ])('is not held by %s', async (_, text) => {
    await writeFile(join(directory.path, 'sluice.pid'), text)
    await expect(lockData(directory.path)).resolves.toBeDefined()
  })
})
