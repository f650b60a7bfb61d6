import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readArguments, type Arguments } from './arguments.ts'
import { describe, describeAll } from './report.ts'
import { runSeed, type Outcome } from './run-seed.ts'

const HOME = fileURLToPath(new URL('..', import.meta.url))

const SERVERS = {
  dev: 'Temporal dev server with a database file',
  postgres: 'Temporal server with Postgres persistence',
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** `npm run torture`: one seed after another, each on a stack of its own. @returns the exit code */
async function main(asked: Arguments): Promise<number> {
  const { seed: first, seeds, operations, faults, temporal, product } = asked
  say(
    `Seed ${first}${seeds > 1 ? ` to ${first + seeds - 1}` : ''}: ${operations} operations each, ${faults} faults, on ${product}; ` +
      `Node ${process.version}, embedded Postgres with fsync, ${SERVERS[temporal]}.`,
  )
  const outcomes: Outcome[] = []
  for (let seed = first; seed < first + seeds; seed += 1) {
    const folder = await mkdtemp(join(tmpdir(), `sluice-torture-${seed}-`))
    const outcome = await runSeed({ seed, operations, faults, temporal, product, folder }, (line) =>
      say(`  ${line}`),
    )
    outcomes.push(outcome)
    describe(outcome).forEach(say)
    const isKept = asked.keep || outcome.violations.length > 0
    if (isKept) say(`  Everything it left is in ${folder}`)
    else await rm(folder, { recursive: true, force: true })
    await writeFile(asked.report, JSON.stringify({ conditions: asked, outcomes }, null, 2))
  }
  say(describeAll(outcomes))
  return outcomes.some(({ violations }) => violations.length > 0) ? 1 : 0
}

// What was started ends with us.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => process.exit(130))
process.exitCode = await main(readArguments(process.argv.slice(2), HOME))
