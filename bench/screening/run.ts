/**
 * Prints the figures: node --import tsx bench/screening/run.ts [full | other] [lost]
 * full: the whole SDN list, from Go's module cache. other: names of it that are not in the committed sets, to tune on. SEED: any number.
 */
import { performance } from 'node:perf_hooks'
import { findMatches, indexNames, NEAR_FROM } from '#domain/screening/name-match.ts'
import { measure, readSets, scoreAll, SEED, type Share } from './measure.ts'
import { readOfac } from './ofac.ts'
import { randomOf, shuffle } from '../random.ts'

const { listed, common } = await readSets()
const seed = Number(process.env['SEED'] ?? SEED)
const used = process.argv.includes('full') ? readOfac() : process.argv.includes('other') ? others() : listed
const scored = scoreAll(used, common, seed)
const { recall, alarms } = measure(scored)
console.log(`${used.length} listed names, seed ${seed}`)
for (const [kind, share] of recall.byKind) console.log(`  ${kind.padEnd(28)} ${percent(share)}`)
console.log(`recall       ${percent(recall)}`)
console.log(`false alarms ${percent(alarms)}`)
if (process.argv.includes('lost')) {
  console.log(recall.lost.join('\n'))
  console.log(alarms.names.join('\n'))
}

for (const from of [78, 80, 82, 84, 86, 88, 90, 92]) {
  const at = measure(scored, from)
  console.log(`| ${from} | ${percent(at.recall)} | ${percent(at.alarms)} |`)
}

const began = performance.now()
const index = indexNames(used.map(({ name }, i) => ({ id: String(i), names: [name] })))
const indexed = performance.now()
for (const name of common) findMatches(index, name, NEAR_FROM)
const each = (performance.now() - indexed) / common.length
console.log(`index ${(indexed - began).toFixed(0)} ms, one name ${each.toFixed(2)} ms`)

function percent({ of, found }: Share): string {
  return `${((100 * found) / of).toFixed(1)} % (${found} of ${of})`
}

function others() {
  const chosen = new Set(listed.map(({ name }) => name))
  return shuffle(
    randomOf(seed),
    readOfac().filter(({ name }) => !chosen.has(name)),
  ).slice(0, listed.length)
}
