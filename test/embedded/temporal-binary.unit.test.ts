import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findTemporalBinary, TEMPORAL_VERSION } from '#embedded/temporal/temporal-binary.ts'
import { cleanup } from '#test/support/cleanup.ts'
import { httpServer } from '#test/support/http-server.ts'
import { until } from '#test/support/poll.ts'
import { writeProgram } from '#test/support/program.ts'
import { useTemporaryDirectory } from '#test/support/temporary-directory.ts'

describe('the search for the Temporal binary', () => {
  const directory = useTemporaryDirectory()
  let said: string[]
  const atEnd = cleanup()
  beforeEach(() => {
    said = []
  })

  test('takes the one on the PATH before the cached one', async () => {
    await writeProgram(at('second', 'temporal'), GOOD)
    await writeProgram(cached(), GOOD)
    expect(await find()).toBe(at('second', 'temporal'))
  })

  test('skips one on the PATH that does not run', async () => {
    await writeProgram(at('first', 'temporal'), 'exit 126')
    await writeProgram(at('second', 'temporal'), GOOD)
    expect(await find()).toBe(at('second', 'temporal'))
  })

  test('skips one on the PATH whose server does not know Update-with-Start', async () => {
    await writeProgram(at('first', 'temporal'), 'echo "temporal version 1.0.0 (Server 1.24.2, UI 2.28.0)"')
    await writeProgram(cached(), GOOD)
    expect(await find()).toBe(cached())
  })

  test('takes the cached one without a word to the network or to Go', async () => {
    await writeProgram(cached(), GOOD)
    const server = await httpServer((_, response) => response.end(said.push('asked')))
    expect(await find({ downloadUrl: server.url, goCommand: await fakeGo() })).toBe(cached())
    expect(said).toEqual([])
  })

  test('downloads the pinned version for this machine into the cache, and says so', async () => {
    const body = await archive()
    const asked: (string | undefined)[] = []
    const server = await httpServer((request, response) => {
      asked.push(request.url)
      response.end(body)
    })
    atEnd(server.stop)
    expect(await find({ downloadUrl: server.url, goCommand: await fakeGo() })).toBe(cached())
    const arch = process.arch === 'x64' ? 'amd64' : process.arch
    expect(asked).toEqual([`/${TEMPORAL_VERSION}?platform=${process.platform}&arch=${arch}`])
    expect(said).toEqual([
      `There is no temporal on the PATH and none in ${join(cached(), '..')}: it is fetched or built now, once. ` +
        'To start sooner, install the temporal CLI (docs.temporal.io/cli).',
      `Downloading Temporal ${TEMPORAL_VERSION} (about 60 MB), once.`,
    ])
    expect(await readdir(join(cached(), '..'))).toEqual(['temporal'])
  })

  test('builds it with Go where the download is not what it should be', async () => {
    const server = await httpServer((_, response) => response.end('a captive portal’s page'))
    atEnd(server.stop)
    expect(await find({ downloadUrl: server.url, goCommand: await fakeGo() })).toBe(cached())
    expect(await readFile(at('asked'), 'utf8')).toBe(
      `install github.com/temporalio/cli/cmd/temporal@${TEMPORAL_VERSION}\n`,
    )
    expect(said.at(-1)).toBe(
      `Building Temporal ${TEMPORAL_VERSION} with Go, once: its sources are fetched and compiled, which takes two to ten minutes. ` +
        'If it is cut off, the next start goes on with what Go had compiled.',
    )
    expect(await readdir(join(cached(), '..'))).toEqual(['temporal'])
  })

  test('says in one sentence what to do where there is neither a download nor Go', async () => {
    await expect(find()).rejects.toThrow(
      /^Temporal is missing and can be neither downloaded nor built here: install the temporal CLI .+ or Go 1\.25, or set TEMPORAL_ADDRESS to a running cluster\.$/,
    )
  })

  test('repeats the last words of a build that fails', async () => {
    const goCommand = await fakeGo('echo "no space left on device" >&2', 'exit 1')
    await expect(find({ goCommand })).rejects.toThrow(
      /^Go could not build Temporal \(no space left on device\): /,
    )
    expect(await readdir(join(cached(), '..'))).toEqual([])
  })

  test('builds again where a build was killed, and removes what that one left', async () => {
    const killed = spawn('true')
    await once(killed, 'exit')
    await mkdir(join(cached(), '..', `unfinished-${killed.pid}-x`), { recursive: true })
    await mkdir(join(cached(), '..', `unfinished-${process.pid}-x`))
    expect(await find({ goCommand: await fakeGo() })).toBe(cached())
    expect((await readdir(join(cached(), '..'))).toSorted()).toEqual([
      'temporal',
      `unfinished-${process.pid}-x`,
    ])
  })

  test('ends a build when the start is interrupted', async () => {
    const interrupt = new AbortController()
    const goCommand = await fakeGo(`touch ${at('building')}`, 'exec sleep 3600')
    const building = find({ goCommand, signal: interrupt.signal })
    const ended = building.catch(String)
    await until(
      'the build to run',
      async () => (await readdir(directory.path)).includes('building') || undefined,
    )
    interrupt.abort()
    expect(await ended).toContain('aborted')
  })

  function at(...parts: string[]) {
    return join(directory.path, ...parts)
  }

  function cached() {
    return at('cache', 'sluice', `temporal-${TEMPORAL_VERSION}`, 'temporal')
  }

  function find(
    more: { downloadUrl?: string; goCommand?: string; signal?: AbortSignal } = {},
  ): Promise<string> {
    const PATH = [at('first'), at('second'), '/usr/bin', '/bin'].join(':')
    return findTemporalBinary({
      env: { PATH, XDG_CACHE_HOME: at('cache'), HOME: at('home') },
      progress: (line) => said.push(line),
      downloadUrl: NOWHERE,
      goCommand: at('no-go'),
      ...more,
    })
  }

  /** A Go that builds a program which serves, and leaves a note of what it was asked. */
  async function fakeGo(...before: string[]): Promise<string> {
    await writeProgram(
      at('go'),
      '[ "$1" = version ] && exit 0',
      ...before,
      `echo "$@" > ${at('asked')}`,
      `printf '#!/bin/sh\\n%s\\n' '${GOOD}' > "$GOBIN/temporal" && chmod 755 "$GOBIN/temporal"`,
    )
    return at('go')
  }

  async function archive(): Promise<Buffer> {
    await writeProgram(at('packed', 'temporal'), GOOD)
    await run('tar', ['-czf', at('archive.tar.gz'), '-C', at('packed'), 'temporal'])
    return readFile(at('archive.tar.gz'))
  }
})

const run = promisify(execFile)
const GOOD = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"'
const NOWHERE = 'http://127.0.0.1:1'
