import fc from 'fast-check'
import { measure, readSets, scoreAll } from '#bench/screening/measure.ts'
import {
  findMatches,
  indexNames,
  indexNamesInSlices,
  MATCH_FROM,
  NEAR_FROM,
} from '#domain/screening/name-match.ts'

describe('is the same name', () => {
  test.each([
    ['case', 'bashar AL-ASSAD', 'Bashar al-Assad'],
    ['word order', 'al-Assad Bashar', 'Bashar al-Assad'],
    ['the comma of lists', 'Bashar al-Assad', 'AL-ASSAD, Bashar'],
    ['diacritics', 'Jürgen Müller-Strauß', 'Jurgen Muller Strauss'],
    ['words run together', 'Bashar alAssad', 'Bashar al-Assad'],
    ['all words run together', 'basharalassad', 'Bashar al-Assad'],
    ['a word taken apart', 'Abd el Rahman Said', 'Abdelrahman Said'],
    ['words run together across the comma', 'MaryWatson Jane', 'WATSON JANE, Mary'],
    ['an apostrophe', "Mu'ammar Qadhafi", 'MUAMMAR QADHAFI'],
    ['Cyrillic', 'Владимир Путин', 'Vladimir Putin'],
    ['Greek', 'Γεώργιος Παπαδόπουλος', 'Georgios Papadopoulos'],
    ['Chinese', '习近平', 'Xi Jinping'],
    ['another romanization', 'Mouammar Kadhafi', 'Muammar Qadhafi'],
    ['another spelling of Mohammed', 'Mohammed Hussein', 'Muhammad Husayn'],
    ['full width letters', 'Ｂａｓｈａｒ Assad', 'Bashar Assad'],
  ])('%s', (_what, name, listed) => {
    expect(scoreOf(name, listed)).toBeGreaterThanOrEqual(MATCH_FROM)
  })
})

describe('is near', () => {
  test.each([
    ['an initial', 'B. Hafez al-Assad', 'Bashar Hafez al-Assad'],
    ['a middle name left out', 'Viktor Bout', 'Viktor Anatolijevitch Bout'],
    ['a middle name added', 'Viktor Sergei Bout', 'Viktor Bout'],
    ['a slip', 'Joaquin Guzmzn Loera', 'Joaquin Guzman Loera'],
    ['two letters swapped', 'Joaquin Guzamn Loera', 'Joaquin Guzman Loera'],
    ['Arabic, which writes few vowels', 'محمد حسين', 'Mohammed Hussein'],
  ])('%s', (_what, name, listed) => {
    expect(scoreOf(name, listed)).toBeGreaterThanOrEqual(NEAR_FROM)
  })
})

describe('is somebody else', () => {
  test.each([
    ['only the given name', 'Viktor Petersen', 'Viktor Bout'],
    ['only the family name', 'Elena Guzman', 'Joaquin Guzman Loera'],
    ['one word of two', 'Santoso', 'Bambang Santoso Wijaya'],
    ['short names that differ in one letter', 'Li Wei', 'Li Wen'],
    ['only an article', 'Omar al-Farsi', 'Bashar al-Assad'],
    ['only the form of the company', 'Sunrise Trading Ltd', 'Moonlight Shipping Ltd'],
  ])('%s', (_what, name, listed) => {
    expect(scoreOf(name, listed)).toBeLessThan(NEAR_FROM)
  })
})

test('the best of several spellings counts, each entry is found once, and the best stands first', () => {
  const index = indexNames([
    { id: 'far', names: ['Viktor Anatolijevitch Bout'] },
    { id: 'same', names: ['Somebody Else', 'Viktor Bout', 'Victor But'] },
  ])
  expect(findMatches(index, 'Viktor Bout', NEAR_FROM).map(({ id }) => id)).toEqual(['same', 'far'])
  expect(findMatches(index, 'Viktor Bout', 100)).toEqual([{ id: 'same', score: 100 }])
})

test('a name without letters is like nothing', () => {
  expect(scoreOf('', 'Viktor Bout')).toBe(0)
  expect(scoreOf('...', '...')).toBe(0)
})

test('an index built in slices is the same', () => {
  const entries = Array.from({ length: 450 }, (_, i) => ({ id: `${i}`, names: [`Viktor Name${i} Bout`] }))
  const building = indexNamesInSlices(entries)
  const steps = []
  for (let step = building.next(); ; step = building.next()) {
    steps.push(step.done)
    if (!step.done) continue
    expect(step.value.byKey).toEqual(indexNames(entries).byKey)
    break
  }
  expect(steps).toEqual([false, false, true])
})

const word = fc.stringMatching(/^[a-z]{3,9}$/)
const name = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '))

test('law: every listed name finds itself at 100, in any order of its words', () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 20 }),
      fc.infiniteStream(fc.nat()),
      (names, ranks) => {
        const index = indexNames(names.map((one, i) => ({ id: `${i}`, names: [one] })))
        names.forEach((one, i) => {
          const shuffled = one
            .split(' ')
            .map((text) => ({ text, rank: ranks.next().value as number }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ text }) => text)
          const found = findMatches(index, shuffled.join(' '), 100)
          expect(found.map(({ id }) => id)).toContain(`${i}`)
        })
      },
    ),
    { numRuns: 50 },
  )
})

test('law: no text makes it fail, and a score is a whole number from 0 to 100', () => {
  const index = indexNames([{ id: 'x', names: ['Viktor Bout', '习近平', 'a b c d e f g h i j k l m n o p'] }])
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      for (const { score } of findMatches(index, text, 0)) {
        expect(Number.isInteger(score)).toBe(true)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(100)
      }
    }),
  )
})

test('on the committed sets at least 95 % of the variants are found, at no more than 1 % false alarms', async () => {
  const { listed, common } = await readSets()
  expect([listed.length, common.length]).toEqual([500, 1000])
  const { recall, alarms } = measure(scoreAll(listed, common))
  expect(recall.found / recall.of).toBeGreaterThanOrEqual(0.95)
  expect(alarms.found / alarms.of).toBeLessThanOrEqual(0.01)
})

/** The best score of a name against one listed name; 0 where it is not found at all. */
function scoreOf(sought: string, listed: string): number {
  return findMatches(indexNames([{ id: 'x', names: [listed] }]), sought, 0)[0]?.score ?? 0
}
