import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const OUTPUT_MAX = 64 * 1024 * 1024

/** A copy of the checkout as it is now, with one patch applied. @throws Error where the patch does not fit, or changes nothing */
export async function makePatchedCopy(home: string, patch: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'sluice-bug-'))
  try {
    const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const { stdout } = await run('git', listed, { cwd: home, maxBuffer: OUTPUT_MAX })
    for (const file of stdout.split('\0').filter(Boolean)) await copyOne(home, copy, file)
    await symlink(join(home, 'node_modules'), join(copy, 'node_modules'))
    // Outside of any repository, so that paths are taken from the copy's root.
    const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(copy) }
    await run('git', ['apply', patch], { cwd: copy, env })
    await demandChange(home, copy, await readFile(patch, 'utf8'))
    return copy
  } catch (error) {
    await rm(copy, { recursive: true, force: true })
    throw error
  }
}

async function copyOne(home: string, copy: string, file: string): Promise<void> {
  await mkdir(dirname(join(copy, file)), { recursive: true })
  // One that is listed and gone was deleted without being committed.
  await copyFile(join(home, file), join(copy, file)).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  })
}

async function demandChange(home: string, copy: string, patch: string): Promise<void> {
  const files = [...patch.matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, file = '']) => file)
  for (const file of files) {
    const [was, is] = await Promise.all([readFile(join(home, file)), readFile(join(copy, file))])
    if (was.equals(is)) throw new Error(`the patch leaves ${file} as it was`)
  }
  if (files.length === 0) throw new Error('the patch changes nothing')
}
