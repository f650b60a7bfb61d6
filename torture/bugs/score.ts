import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makePatchedCopy } from './copy.ts'
import { torture } from './run.ts'

const HOME = fileURLToPath(new URL('../..', import.meta.url))
const PATCHES = fileURLToPath(new URL('.', import.meta.url))

type Asked = {
  readonly only: string
  readonly seed: number
  readonly seeds: number
  readonly operations: string
  readonly report: string
}

type Score = {
  readonly bug: string
  /** Null: not within the seeds that were tried. */
  readonly foundAtSeed: number | null
  readonly seedsRun: number
  /** Rules that its patch names, any of which shows this bug. */
  readonly seenBy: readonly string[]
  /** How often each rule was broken, over all seeds that were tried. */
  readonly rules: Readonly<Record<string, number>>
  /** Where the harness itself came to no judgement: nothing is said about the bug then. */
  readonly failure: string | null
  readonly seconds: number
}

/**
 * `npm run torture:bugs`: does the harness find what is known to be wrong? Each patch is applied to a copy of the checkout, and this
 * checkout's harness tortures the copy until the first seed that breaks a rule of those that the patch says it is seen by. What breaks
 * others only is told and does not count.
 *
 * @returns the exit code: 1 where a bug was missed
 */
async function main(asked: Asked): Promise<number> {
  const names = (await readdir(PATCHES)).filter((name) => name.endsWith('.patch')).toSorted()
  const scores: Score[] = []
  for (const name of names.filter((one) => one.includes(asked.only))) {
    const score = await judge(name, asked)
    scores.push(score)
    say(describe(score))
    await mkdir(dirname(asked.report), { recursive: true })
    await writeFile(asked.report, JSON.stringify({ conditions: asked, scores }, null, 2))
  }
  const found = scores.filter(({ foundAtSeed }) => foundAtSeed !== null)
  say(`${found.length} of ${scores.length} found.`)
  return found.length === scores.length && scores.length > 0 ? 0 : 1
}

async function judge(name: string, { seed: first, seeds, operations }: Asked): Promise<Score> {
  const began = Date.now()
  const bug = name.replace(/\.patch$/, '')
  const seenBy = await readSeenBy(join(PATCHES, name))
  const violations: { rule: string }[] = []
  const score = (more: Partial<Score>): Score => ({
    bug,
    foundAtSeed: null,
    seedsRun: 0,
    seenBy,
    rules: countRules(violations),
    failure: null,
    seconds: Math.round((Date.now() - began) / 1_000),
    ...more,
  })
  const copy = await makePatchedCopy(HOME, join(PATCHES, name))
  try {
    for (let tried = 1; tried <= seeds; tried += 1) {
      const seed = first + tried - 1
      const told = await tortureTwiceAtMost({ home: HOME, product: copy, seed, operations })
      if (told.kind === 'failed') return score({ seedsRun: tried, failure: told.why })
      violations.push(...told.violations)
      if (told.violations.some(({ rule }) => seenBy.length === 0 || seenBy.includes(rule)))
        return score({ foundAtSeed: seed, seedsRun: tried })
    }
    return score({ seedsRun: seeds })
  } finally {
    // Without a trailing slash, so that of the link to node_modules only the link goes.
    await rm(copy, { recursive: true, force: true })
  }
}

/** A stack that did not come up says nothing about the bug. */
async function tortureTwiceAtMost(asked: Parameters<typeof torture>[0]): ReturnType<typeof torture> {
  const told = await torture(asked)
  return told.kind === 'failed' ? torture(asked) : told
}

/** The names in the line of the patch that begins so. None: it is not known beforehand, and any rule counts. */
async function readSeenBy(patch: string): Promise<string[]> {
  const text = await readFile(patch, 'utf8')
  const [, line = ''] = /^Seen by: (.*)$/m.exec(text) ?? []
  const names = line.match(/[a-z]+(?:_[a-z]+)+/g) ?? []
  return names
}

function countRules(violations: readonly { rule: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { rule } of violations) counts[rule] = (counts[rule] ?? 0) + 1
  return counts
}

function describe({ bug, foundAtSeed, seedsRun, rules, failure, seconds }: Score): string {
  const shown = Object.entries(rules)
    .map(([rule, count]) => `${rule} ${count}`)
    .join(', ')
  if (failure !== null) return `${bug}: NO JUDGEMENT: ${failure} (${seconds} s)`
  if (foundAtSeed === null)
    return `${bug}: MISSED in ${seedsRun} seed(s)${shown && `; others: ${shown}`} (${seconds} s)`
  return `${bug}: found at seed ${foundAtSeed} by ${shown} (${seconds} s)`
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function readAsked(): Asked {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '3' },
      operations: { type: 'string', default: '150' },
      report: { type: 'string', default: join('.sluice', 'torture-bugs.json') },
    },
  })
  return {
    only: positionals[0] ?? '',
    seed: Number(values.seed),
    seeds: Number(values.seeds),
    operations: values.operations,
    report: resolve(values.report),
  }
}

process.exitCode = await main(readAsked())
