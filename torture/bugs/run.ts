import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Told =
  | { readonly kind: 'judged'; readonly violations: readonly { readonly rule: string }[] }
  | { readonly kind: 'failed'; readonly why: string }

/** A seed of this size is over long before. */
const OVER_WITHIN_MS = 1_200_000

/** One seed of the harness of `home` against another checkout. What the harness says goes to stderr. */
export async function torture(asked: {
  readonly home: string
  readonly product: string
  readonly seed: number
  readonly operations: string
}): Promise<Told> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bug-report-'))
  const report = join(folder, 'report.json')
  const args = [
    '--import',
    'tsx',
    join(asked.home, 'torture', 'main.ts'),
    `--product=${asked.product}`,
    `--seed=${asked.seed}`,
    `--operations=${asked.operations}`,
    `--report=${report}`,
  ]
  try {
    // What a seed leaves behind is kept where violations are, which here is nearly always.
    const env = { ...process.env, TMPDIR: folder }
    const child = spawn(process.execPath, args, { cwd: asked.home, env, stdio: ['ignore', 2, 2] })
    const timer = setTimeout(() => child.kill('SIGTERM'), OVER_WITHIN_MS)
    const [code] = await once(child, 'exit')
    clearTimeout(timer)
    const text = await readFile(report, 'utf8').catch(() => undefined)
    if (text === undefined)
      return { kind: 'failed', why: `the harness ended with ${String(code)} and no report` }
    const { outcomes } = JSON.parse(text) as {
      outcomes: { violations: { rule: string }[] }[]
    }
    return { kind: 'judged', violations: outcomes.flatMap(({ violations }) => violations) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
