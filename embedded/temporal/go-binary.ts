import { execFile } from 'node:child_process'
import { rename } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { workBeside } from '../process/work-beside.ts'

const run = promisify(execFile)

export type GoProgram = {
  /** What `go install` takes: a package and its version. */
  readonly source: string
  /** Where the program is to stand. */
  readonly target: string
  readonly env: NodeJS.ProcessEnv
  readonly goCommand?: string
  readonly signal?: AbortSignal | undefined
}

/** Where programs that were built or downloaded are kept, outside the checkout. */
export function cacheDir(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'sluice')
}

/** Builds a program with Go; it appears under its name only when whole. @throws what `go` says */
export async function installWithGo({
  source,
  target,
  env,
  goCommand = 'go',
  signal,
}: GoProgram): Promise<void> {
  const [name = ''] = source.split('@')[0]?.split('/').slice(-1) ?? []
  await workBeside(target, async (beside) => {
    const options = { env: { ...env, GOBIN: beside, GOFLAGS: '' }, maxBuffer: 64 * 1024 * 1024 }
    await run(goCommand, ['install', source], signal ? { ...options, signal } : options)
    await rename(join(beside, name), target)
  })
}
