import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDir } from '#embedded/temporal/go-binary.ts'
import { workBeside } from '#embedded/process/work-beside.ts'

const run = promisify(execFile)

const VERSION = '4.32.5'

/** @returns the Python that has schemathesis; undefined, and says why, where there is no Python or no pip. */
export async function findSchemathesis(env: NodeJS.ProcessEnv = process.env): Promise<string | undefined> {
  const home = join(cacheDir(env), `schemathesis-${VERSION}`)
  const python = join(home, 'bin', 'python')
  const isThere = await access(python).then(
    () => true,
    () => false,
  )
  if (isThere) return python
  const lacks = await run('python3', ['-c', 'import venv, ensurepip']).then(
    () => undefined,
    (error: Error) => error.message.trim().split('\n').at(-1),
  )
  if (lacks === undefined) return install(home).then(() => python)
  process.stderr.write(`SKIPPED: schemathesis needs Python with venv and pip (${lacks}).\n`)
  return undefined
}

/** It appears under its name only when whole. Its scripts name the folder it was made in, so only its Python is used. */
async function install(home: string): Promise<void> {
  process.stderr.write(`Installing schemathesis ${VERSION}, once; this takes up to two minutes.\n`)
  await workBeside(home, async (beside) => {
    await run('python3', ['-m', 'venv', beside])
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`]
    await run(join(beside, 'bin', 'python'), pip, { maxBuffer: 64 * 1024 * 1024 })
    // Another run may have been faster; its copy is as good.
    await rename(beside, home).catch(() => undefined)
  })
}

export type Run = {
  readonly args: readonly string[]
  /** Where it may leave what it likes. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
}

/** @returns the exit code and all that it printed */
export async function runSchemathesis(
  python: string,
  { args, folder, env }: Run,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(python, ['-m', 'schemathesis.cli', 'run', ...args], {
    cwd: folder,
    env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1', COLUMNS: '160' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}
