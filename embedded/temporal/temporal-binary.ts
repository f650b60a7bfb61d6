import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { StartProblem } from '../start-problem.ts'
import { cacheDir } from './go-binary.ts'
import { buildTemporal } from './temporal-build.ts'
import { downloadTemporal } from './temporal-download.ts'
import type { CachedBinary, TemporalSource } from './temporal-source.ts'

const run = promisify(execFile)

/** Newer tags cannot be built by `go install`; one version everywhere means that what was tested is what runs. */
export const TEMPORAL_VERSION = 'v1.5.1'
/** Update-with-Start, on which every money POST rests, is on by default from this server on. */
const OLDEST_SERVER = [1, 28] as const

/** The path of a `temporal` that runs: on the PATH, cached, downloaded, or built, whichever is there first. */
export async function findTemporalBinary(source: TemporalSource): Promise<string> {
  const target = join(cacheDir(source.env), `temporal-${TEMPORAL_VERSION}`, 'temporal')
  for (const candidate of [...onPath(source.env), target]) {
    if (await serves(candidate)) return candidate
  }
  source.progress(
    `There is no temporal on the PATH and none in ${dirname(target)}: it is fetched or built now, once. ` +
      'To start sooner, install the temporal CLI (docs.temporal.io/cli).',
  )
  const cached: CachedBinary = {
    downloadUrl: 'https://temporal.download/cli/archive',
    goCommand: 'go',
    ...source,
    target,
    version: TEMPORAL_VERSION,
  }
  for (const obtain of [downloadTemporal, buildTemporal]) {
    if ((await obtain(cached)) && (await serves(target))) return target
    source.signal?.throwIfAborted()
  }
  throw new StartProblem(
    'Temporal is missing and can be neither downloaded nor built here: install the temporal CLI (docs.temporal.io/cli) ' +
      'or Go 1.25, or set TEMPORAL_ADDRESS to a running cluster.',
  )
}

function onPath(env: NodeJS.ProcessEnv): string[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return folders.map((folder) => join(folder, 'temporal'))
}

async function serves(binary: string): Promise<boolean> {
  try {
    await access(binary, constants.X_OK)
    const { stdout } = await run(binary, ['--version'], { timeout: 10_000 })
    return isNewEnough(stdout)
  } catch {
    return false
  }
}

/** A version text of another form is a build that names no server; it gets the benefit of the doubt. */
function isNewEnough(versionText: string): boolean {
  const [, major = '', minor = ''] = /Server (\d+)\.(\d+)/.exec(versionText) ?? []
  if (!major) return true
  const [oldestMajor, oldestMinor] = OLDEST_SERVER
  return Number(major) > oldestMajor || (Number(major) === oldestMajor && Number(minor) >= oldestMinor)
}
