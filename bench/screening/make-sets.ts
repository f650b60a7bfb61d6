/** Writes the committed sets anew: node --import tsx bench/screening/make-sets.ts (needs watchman's module in Go's cache). */
import { writeFile } from 'node:fs/promises'
import { wordsOf } from '#domain/screening/name-words.ts'
import { commonNames } from './common-names.ts'
import { SEED } from './measure.ts'
import { readOfac } from './ofac.ts'
import { randomOf, shuffle } from '../random.ts'

const PERSONS = 400
const ORGANIZATIONS = 100
const COMMON = 1000

const ofac = readOfac()
const random = randomOf(SEED)
const chosen = (isPerson: boolean, count: number) =>
  shuffle(
    random,
    ofac.filter((entry) => entry.isPerson === isPerson),
  )
    .slice(0, count)
    .map(({ name }) => name)

await write('persons', chosen(true, PERSONS))
await write('organizations', chosen(false, ORGANIZATIONS))

// Somebody of exactly a listed name is no false alarm: the whole list is looked through, not only the chosen part.
const onList = new Set(ofac.map(({ name }) => sorted(name)))
const common = commonNames(random, COMMON + 50).filter((name) => !onList.has(sorted(name)))
await write('common', common.slice(0, COMMON))

function sorted(name: string): string {
  return wordsOf(name)
    .map(({ text }) => text)
    .toSorted()
    .join(' ')
}

async function write(set: string, names: readonly string[]): Promise<void> {
  await writeFile(new URL(`sets/${set}.txt`, import.meta.url), `${names.toSorted().join('\n')}\n`)
}
