import { execFile } from 'node:child_process'
import { access, cp, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { workBeside } from '../process/work-beside.ts'
import { reasonOf, StartProblem } from '../start-problem.ts'
import { cacheDir } from './go-binary.ts'

const run = promisify(execFile)

const MODULE = 'go.temporal.io/server'
export const CLUSTER_VERSION = 'v1.32.0'

export type ClusterBinaries = {
  readonly server: string
  readonly sqlTool: string
  /** With one folder of numbered versions for each of the two databases. */
  readonly schemaDir: string
}

/** The server as clusters run it, with the tool and the files of its Postgres schema. Built with Go on first use. */
export async function findClusterBinaries(progress: (line: string) => void): Promise<ClusterBinaries> {
  const home = join(cacheDir(process.env), `temporal-server-${CLUSTER_VERSION}`)
  await access(home).catch(() => build(home, progress))
  return {
    server: join(home, 'temporal-server'),
    sqlTool: join(home, 'temporal-sql-tool'),
    schemaDir: join(home, 'schema'),
  }
}

/** As the dependency of an empty module. It appears under its name only when whole. */
async function build(home: string, progress: (line: string) => void): Promise<void> {
  progress(`Building Temporal's server ${CLUSTER_VERSION} with Go, once; this takes three to ten minutes.`)
  try {
    await workBeside(home, (beside) => buildIn(beside, home))
  } catch (error) {
    throw new StartProblem(`Go could not build Temporal's server: ${reasonOf(error)}`, { cause: error })
  }
}

async function buildIn(beside: string, home: string): Promise<void> {
  await writeFile(join(beside, 'go.mod'), `module build\n\ngo 1.25\n\nrequire ${MODULE} ${CLUSTER_VERSION}\n`)
  const options = { cwd: beside, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 64 * 1024 * 1024 }
  await run('go', ['build', '-o', 'temporal-server', `${MODULE}/cmd/server`], options)
  await run('go', ['build', '-o', 'temporal-sql-tool', `${MODULE}/cmd/tools/sql`], options)
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', MODULE], options)
  await cp(join(stdout.trim(), 'schema', 'postgresql', 'v12'), join(beside, 'schema'), {
    recursive: true,
    mode: 0,
  })
  // Another run may have been faster; its build is as good.
  await rename(beside, home).catch(() => undefined)
}
