import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { reasonOf, StartProblem } from '../start-problem.ts'
import { installWithGo } from './go-binary.ts'
import type { CachedBinary } from './temporal-source.ts'

const run = promisify(execFile)

const PACKAGE = 'github.com/temporalio/cli/cmd/temporal'
const PROGRESS_EVERY_MS = 15_000

/** Builds the binary with Go into the cache. False where there is no Go. */
export async function buildTemporal(wanted: CachedBinary): Promise<boolean> {
  const { goCommand, version, progress, target, env, signal } = wanted
  if (!(await hasGo(wanted))) return false
  progress(
    `Building Temporal ${version} with Go, once: its sources are fetched and compiled, which takes two to ten minutes. ` +
      'If it is cut off, the next start goes on with what Go had compiled.',
  )
  const began = Date.now()
  const words = setInterval(() => {
    progress(`Still building Temporal (${Math.round((Date.now() - began) / 1000)} s).`)
  }, PROGRESS_EVERY_MS)
  try {
    await installWithGo({ source: `${PACKAGE}@${version}`, target, env, goCommand, signal })
    return true
  } catch (error) {
    if (signal?.aborted) throw error
    throw buildProblem(error)
  } finally {
    clearInterval(words)
  }
}

async function hasGo({ goCommand, env }: CachedBinary): Promise<boolean> {
  return run(goCommand, ['version'], { env }).then(
    () => true,
    () => false,
  )
}

function buildProblem(error: unknown): StartProblem {
  const output = typeof error === 'object' && error && 'stderr' in error ? String(error.stderr).trim() : ''
  const reason = output.split('\n').at(-1) || reasonOf(error)
  return new StartProblem(
    `Go could not build Temporal (${reason}): install the temporal CLI (docs.temporal.io/cli), or set TEMPORAL_ADDRESS.`,
  )
}
