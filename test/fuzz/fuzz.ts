import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CHECKS, EXCLUDED } from './checks.ts'
import { runSchemathesis } from './schemathesis.ts'
import type { FireWorld, Identity } from './world.ts'

const HOOKS = fileURLToPath(new URL('hooks.py', import.meta.url))

export type Phase = 'examples' | 'coverage' | 'fuzzing' | 'stateful'

export type Fuzzing = {
  readonly python: string
  readonly who: Identity
  readonly seed: number
  readonly phases: readonly Phase[]
  /** Made up for each operation in a phase. */
  readonly examplesMax: number
  /** Only paths that this regular expression finds; all where it is left out. */
  readonly only?: string | undefined
}

export type Fuzzed = {
  /** Operations that were called. */
  readonly tested: number
  readonly cases: number
  /** Each with the operations it was found at; of the harness itself, too. */
  readonly faults: readonly string[]
  /** What schemathesis printed: the calls that show the faults, as curl lines. */
  readonly output: string
}

type Report = {
  readonly complete: boolean
  readonly operations: { readonly tested: number }
  readonly test_cases: { readonly generated: number }
  readonly failures: readonly { readonly title: string; readonly operations: readonly string[] }[]
  readonly errors: readonly { readonly title?: string }[]
}

/** One identity against the running server's own document. */
export async function fuzz(world: FireWorld, asked: Fuzzing): Promise<Fuzzed> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-fire-'))
  try {
    const examples = join(folder, 'examples.json')
    await writeFile(examples, JSON.stringify(await world.examplesFor(asked.who)))
    const { code, output } = await runSchemathesis(asked.python, {
      args: argumentsOf(world, asked, folder),
      folder,
      env: { SCHEMATHESIS_HOOKS: HOOKS, SLUICE_FIRE_EXAMPLES: examples },
    })
    const text = await readFile(join(folder, 'report.json'), 'utf8').catch(() => undefined)
    if (text === undefined)
      throw new Error(`schemathesis ended with ${String(code)} and no report:\n${output}`)
    return { ...readReport(JSON.parse(text) as Report, code), output }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readReport(report: Report, code: number | null): Omit<Fuzzed, 'output'> {
  const faults = report.failures.map(({ title, operations }) => `${title}: ${operations.join(', ')}`)
  faults.push(...report.errors.map(({ title }) => `error of the run: ${title ?? 'unnamed'}`))
  if (!report.complete) faults.push('the run was not completed')
  if (code !== 0 && faults.length === 0) faults.push(`schemathesis ended with ${String(code)}`)
  return { tested: report.operations.tested, cases: report.test_cases.generated, faults }
}

function argumentsOf(world: FireWorld, asked: Fuzzing, folder: string): string[] {
  const token = world.tokenOf(asked.who)
  return [
    `${world.url}/docs/openapi.json`,
    ['--url', `${world.url}/api/v1`],
    token === undefined ? [] : ['--header', `Authorization: TOKEN ${token}`],
    token === undefined ? [] : EXCLUDED.flatMap((id) => ['--exclude-operation-id', id]),
    ['--checks', CHECKS.join(',')],
    ['--phases', asked.phases.join(',')],
    ['--max-examples', String(asked.examplesMax)],
    ['--seed', String(asked.seed)],
    ['--workers', '2', '--no-color', '--continue-on-failure', '--warnings', 'off'],
    ['--generation-database', 'none', '--report-json-path', join(folder, 'report.json')],
    asked.only === undefined ? [] : ['--include-path-regex', asked.only],
  ].flat()
}
