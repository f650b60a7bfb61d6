import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory that is gone, with all in it, when the test that asked for it ends. */
export async function temporaryDirectory(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-case-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** One for each case of this suite. */
export function useTemporaryDirectory(): { readonly path: string } {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  beforeEach(async () => {
    directory = await temporaryDirectory()
  })
  afterEach(() => directory.remove())
  return {
    get path() {
      return directory.path
    },
  }
}
