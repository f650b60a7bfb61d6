import { parseArgs } from 'node:util'
import { startRun, stopRun } from '#test/support/servers.ts'
import { fuzz, type Fuzzed, type Phase } from './fuzz.ts'
import { findSchemathesis } from './schemathesis.ts'
import { IDENTITIES, openFireWorld, type FireWorld, type Identity } from './world.ts'

// The long run: npm run fuzz -- [--as client] [--seed 7] [--examples 30] [--phases fuzzing] [--only '^/coins']
const CASES_MIN = 5_000
const PHASES: readonly Phase[] = ['examples', 'coverage', 'fuzzing', 'stateful']

const { values } = parseArgs({
  options: {
    as: { type: 'string', multiple: true, default: [...IDENTITIES] },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    examples: { type: 'string', default: '30' },
    phases: { type: 'string', default: PHASES.join(',') },
    only: { type: 'string' },
  },
})

/** @returns whether there is nothing to mend */
async function report(world: FireWorld, who: Identity, fuzzed: Fuzzed): Promise<boolean> {
  const { cases, tested, faults, output } = fuzzed
  if (faults.length > 0) process.stdout.write(`${output}\n${world.faultsLogged().join('\n')}\n`)
  const isWhole = values.only !== undefined || values.phases !== PHASES.join(',') || cases >= CASES_MIN
  const words = isWhole ? faults : [...faults, `fewer than ${CASES_MIN} cases`]
  process.stdout.write(
    `${who}: ${cases} cases over ${tested} operations; ${words.join('; ') || 'no fault'}\n`,
  )
  return words.length === 0
}

async function run(python: string): Promise<boolean> {
  process.stdout.write(`seed ${values.seed}\n`)
  const world = await openFireWorld()
  try {
    let isClean = true
    for (const who of IDENTITIES.filter((one) => values.as.includes(one))) {
      const fuzzed = await fuzz(world, {
        python,
        who,
        seed: Number(values.seed),
        phases: values.phases.split(',') as Phase[],
        examplesMax: Number(values.examples),
        only: values.only,
      })
      isClean = (await report(world, who, fuzzed)) && isClean
    }
    return isClean
  } finally {
    await world.stop()
  }
}

const python = await findSchemathesis()
if (python === undefined) process.exit(1)
await startRun()
try {
  if (!(await run(python))) process.exitCode = 1
} finally {
  await stopRun()
}
