import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeProgram } from '#test/support/program.ts'
import { temporaryDirectory } from '#test/support/temporary-directory.ts'

describe('.ci/run ends with the count of passed and failed tests', () => {
  test('where all pass', async () => {
    const lines = ['Test Suites: 2 passed, 2 total', 'Tests:       1 skipped, 34 passed, 35 total']
    expect(await ciRun(lines, 0)).toEqual({ code: 0, lastLine: '34 passed, 0 failed' })
  })

  test('where some fail, in colour', async () => {
    const lines = [
      '\\033[1mTests:\\033[22m       \\033[31m2 failed\\033[39m, \\033[32m30 passed\\033[39m, 32 total',
    ]
    expect(await ciRun(lines, 1)).toEqual({ code: 1, lastLine: '30 passed, 2 failed' })
  })

  test('where a test file does not load', async () => {
    const lines = ['Test Suites: 1 failed, 2 passed, 3 total', 'Tests:       30 passed, 30 total']
    expect(await ciRun(lines, 1)).toEqual({ code: 1, lastLine: '30 passed, 1 failed' })
  })

  test('where a check fails before any test', async () => {
    expect(await ciRun(['domain/money.ts: error TS2322'], 2)).toEqual({
      code: 1,
      lastLine: '0 passed, 1 failed',
    })
  })
})

const CI_RUN = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '.ci', 'run')

type Ended = { readonly code: number; readonly lastLine: string | undefined }

/** Runs the script over an `npm` that prints these lines and ends with this code. */
async function ciRun(lines: readonly string[], exitCode: number): Promise<Ended> {
  const { path, remove } = await temporaryDirectory()
  const echoes = lines.map((line) => `printf '%b\\n' '${line}'`)
  await writeProgram(join(path, 'npm'), '[ "$*" = cit ] || exit 99', ...echoes, `exit ${exitCode}`)
  const env = { ...process.env, PATH: `${path}:${process.env['PATH'] ?? ''}` }
  const ended = await new Promise<Ended>((resolve) => {
    execFile(CI_RUN, { env }, (error, stdout) => {
      resolve({ code: Number(error?.code ?? 0), lastLine: stdout.trimEnd().split('\n').at(-1) })
    })
  })
  await remove()
  return ended
}
