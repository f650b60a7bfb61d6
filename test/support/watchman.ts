import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, cp, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheDir } from '#embedded/temporal/go-binary.ts'
import { freePort, onFreePort } from '#embedded/process/ports.ts'
import { workBeside } from '#embedded/process/work-beside.ts'
import { until } from './poll.ts'

const run = promisify(execFile)

const MODULE = 'github.com/moov-io/watchman'
const VERSION = 'v0.31.3'

export type RunningWatchman = { readonly url: string; stop(): Promise<void> }

/** The real server, offline, with the sanctions lists that its module carries for its own tests. */
export async function startWatchman(): Promise<RunningWatchman> {
  const home = await findWatchman()
  return onFreePort(freePort, (port) => serve(home, port))
}

/** Built with Go on the first run. */
export async function findWatchman(): Promise<string> {
  const home = join(cacheDir(process.env), `watchman-${VERSION}`)
  await access(home).catch(() => build(home))
  return home
}

/** `go install` refuses this module, so it is built as the dependency of an empty one. It appears under its name only when whole. */
async function build(home: string): Promise<void> {
  process.stderr.write(`Building watchman ${VERSION} with Go, once; this takes one to five minutes.\n`)
  await workBeside(home, async (beside) => {
    await writeFile(join(beside, 'go.mod'), `module build\n\ngo 1.22\n\nrequire ${MODULE} ${VERSION}\n`)
    const options = { cwd: beside, env: { ...process.env, GOFLAGS: '-mod=mod' }, maxBuffer: 64 * 1024 * 1024 }
    await run('go', ['build', '-o', 'watchman', `${MODULE}/cmd/server`], options)
    const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', MODULE], options)
    await cp(join(stdout.trim(), 'test', 'testdata'), join(beside, 'lists'), { recursive: true, mode: 0 })
    // Another run may have been faster; its build is as good.
    await rename(beside, home).catch(() => undefined)
  })
}

async function serve(home: string, port: number): Promise<RunningWatchman> {
  const url = `http://127.0.0.1:${port}`
  const child = spawn(join(home, 'watchman'), [], {
    env: {
      INITIAL_DATA_DIRECTORY: join(home, 'lists'),
      DATA_REFRESH_INTERVAL: 'off',
      WEB_ROOT: home,
      HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
      HTTP_ADMIN_BIND_ADDRESS: `127.0.0.1:${await freePort()}`,
    },
    stdio: 'ignore',
  })
  const ended = once(child, 'exit')
  // A test run that is killed must not leave it behind.
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    child.kill('SIGKILL')
    await ended
  }
  try {
    await until('watchman to answer', async () => {
      if (child.exitCode !== null) throw new Error(`watchman ended with ${child.exitCode}`)
      return fetch(`${url}/ping`).then(
        ({ ok }) => ok || undefined,
        () => undefined,
      )
    })
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
