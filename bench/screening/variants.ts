import { commonGivenName } from './common-names.ts'
import { pick, shuffle, type Random } from '../random.ts'

/**
 * How a listed name may be written by somebody who means the same person. One variant of each kind per name, where the kind
 * applies to it. The tables were written from the romanization systems themselves and not from the matcher's.
 */
export const VARIANT_KINDS = [
  'dress',
  'order',
  'transliteration',
  'script',
  'initial',
  'typo',
  'two typos',
  'missing part',
  'added part',
  'joined',
  'split',
  'order and transliteration',
  'missing part and typo',
] as const
export type VariantKind = (typeof VARIANT_KINDS)[number]

export type Listed = { readonly name: string; readonly isPerson: boolean }

/** "FAMILY NAMES, Given names" as two lists of words. */
type Parts = {
  readonly family: readonly string[]
  readonly given: readonly string[]
  readonly isPerson: boolean
}

/** Undefined where the kind does not apply: nothing to leave out, no word long enough for a slip. */
export function variantOf(random: Random, kind: VariantKind, { name, isPerson }: Listed): string | undefined {
  const [family = '', given = ''] = isPerson ? name.split(',') : ['', name]
  const parts = { family: wordsOf(family), given: wordsOf(given), isPerson }
  const written = MAKE[kind](random, parts)
  return written && written !== text(parts) ? written : undefined
}

type Make = (random: Random, parts: Parts) => string | undefined

const MAKE: Readonly<Record<VariantKind, Make>> = {
  dress,
  order: (random, parts) => shuffle(random, allOf(parts)).join(' '),
  transliteration: (random, parts) => (parts.isPerson ? transliterate(random, text(parts)) : undefined),
  script: (random, parts) => (parts.isPerson ? toCyrillic(text(parts)) : undefined),
  initial,
  typo: (random, parts) => slip(random, text(parts), { count: 1, shortest: 4 }),
  'two typos': (random, parts) => slip(random, text(parts), { count: 2, shortest: 5 }),
  'missing part': missing,
  'added part': added,
  joined: joined,
  split: split,
  'order and transliteration': (random, parts) =>
    parts.isPerson ? transliterate(random, shuffle(random, allOf(parts)).join(' ')) : undefined,
  'missing part and typo': (random, parts) => {
    const shorter = missing(random, parts)
    return shorter && slip(random, shorter, { count: 1, shortest: 4 })
  },
}

function wordsOf(part: string): string[] {
  return part
    .trim()
    .split(/[\s-]+/)
    .filter(Boolean)
}

function allOf({ family, given }: Parts): string[] {
  return [...given, ...family]
}

function text(parts: Parts): string {
  return allOf(parts).join(' ')
}

/** Case, accents and punctuation only. */
function dress(random: Random, parts: Parts): string {
  const accents = { a: 'áàâäãå', e: 'éèêë', i: 'íîï', o: 'óôöõø', u: 'úûü', c: 'çč', n: 'ñ', s: 'šş', z: 'ž' }
  const words = allOf(parts).map((word) => {
    const lower = word.toLowerCase()
    const accented = Array.from(lower, (letter) => {
      const forms = accents[letter as keyof typeof accents]
      return forms && random() < 0.2 ? pick(random, Array.from(forms)) : letter
    })
    return accented.join('')
  })
  return words.join(pick(random, [' ', '-', '  ', ', ', '.']))
}

/**
 * Spellings of the same sound or name: from the first to one of the others. BGN/PCGN, ALA-LC, ISO 9, DIN, French, Pinyin and
 * Wade-Giles as far as people mix them, and everyday practice.
 */
const SPELLINGS: readonly (readonly [RegExp, ...string[]])[] = [
  [/mu?hammad/, 'mohammed', 'mohamed', 'mohammad', 'muhammed', 'mohamad'],
  [/ahmad/, 'ahmed', 'ahmet'],
  [/husayn|hussein/, 'hussain', 'husein', 'hossein', 'husain'],
  [/yusuf|yusif/, 'youssef', 'yousef', 'yousif', 'jusuf'],
  [/abd al|abdul|abd el/, 'abdul', 'abdel', 'abd el', 'abdal'],
  [/al din|uddin/, 'uddin', 'eddine', 'aldin'],
  [/aleksandr/, 'alexander', 'alexandr', 'oleksandr'],
  [/sergey/, 'sergei', 'serguei', 'sergej'],
  [/alekse[yi]/, 'alexei', 'alexey', 'aleksej'],
  [/dmitr(iy|y|i)/, 'dmitry', 'dmitri', 'dimitri'],
  [/shch/, 'sch', 'stch'],
  [/sh/, 'ch', 'sch'],
  [/kh/, 'h', 'ch'],
  [/zh/, 'j', 'z'],
  [/gh/, 'g'],
  [/dh/, 'd', 'z'],
  [/th/, 't', 's'],
  [/ts/, 'tz', 'c'],
  [/ch/, 'tch', 'tsch'],
  [/yu/, 'iu', 'ju'],
  [/ya/, 'ia', 'ja'],
  [/iy\b|yy\b/, 'y', 'ij', 'i'],
  [/ay/, 'ai', 'ei'],
  [/aw/, 'au', 'ao'],
  [/oo/, 'u', 'ou'],
  [/ee/, 'i'],
  [/ou/, 'u'],
  [/u/, 'ou', 'oo', 'o'],
  [/o/, 'u'],
  [/i/, 'ee', 'e'],
  [/e/, 'i'],
  [/a/, 'e'],
  [/q/, 'k', 'g'],
  [/k/, 'c', 'q'],
  [/v/, 'w'],
  [/w/, 'v', 'u'],
  [/j/, 'dj', 'g'],
  [/ks/, 'x'],
  [/ph/, 'f'],
  [/f/, 'ff'],
  [/ah\b/, 'a'],
  [/([dlmnrst])\1/, '$1'],
  [/(?<=[aeiou])([lmnrst])(?=[aeiou])/, '$1$1'],
  [/\bal /, 'el ', 'al'],
]

/** Up to three spellings changed, wherever they stand. */
function transliterate(random: Random, name: string): string | undefined {
  let written = name.toLowerCase()
  let changes = 0
  for (const [from, ...others] of shuffle(random, SPELLINGS)) {
    if (!from.test(written) || changes === 3) continue
    const other = pick(random, others)
    written = written.replace(from, other)
    changes += 1
  }
  return changes === 0 ? undefined : written
}

const CYRILLIC: readonly (readonly [string, string])[] = Object.entries({
  shch: 'щ',
  ph: 'ф',
  zh: 'ж',
  kh: 'х',
  ts: 'ц',
  ch: 'ч',
  sh: 'ш',
  yu: 'ю',
  ya: 'я',
  ye: 'е',
  yo: 'ё',
  iy: 'ий',
  a: 'а',
  b: 'б',
  c: 'к',
  d: 'д',
  e: 'е',
  f: 'ф',
  g: 'г',
  h: 'х',
  i: 'и',
  j: 'дж',
  k: 'к',
  l: 'л',
  m: 'м',
  n: 'н',
  o: 'о',
  p: 'п',
  q: 'к',
  r: 'р',
  s: 'с',
  t: 'т',
  u: 'у',
  v: 'в',
  w: 'в',
  x: 'кс',
  y: 'и',
  z: 'з',
})

/** As a Russian newspaper would write it. */
function toCyrillic(name: string): string {
  return CYRILLIC.reduce(
    (written, [latin, cyrillic]) => written.replaceAll(latin, cyrillic),
    name.toLowerCase().replaceAll(/['`]/g, ''),
  )
}

/** One given name as its first letter; a family name is never. */
function initial(random: Random, { family, given, isPerson }: Parts): string | undefined {
  const long = given.map((_, i) => i).filter((i) => (given[i]?.length ?? 0) > 1)
  if (!isPerson || family.length === 0 || long.length === 0) return undefined
  const at = pick(random, long)
  const dot = pick(random, ['.', ''])
  return [...given.map((word, i) => (i === at ? word.charAt(0) + dot : word)), ...family].join(' ')
}

/** A letter left out, doubled, changed, added, or two swapped, each in another word. */
function slip(
  random: Random,
  name: string,
  { count, shortest }: { count: number; shortest: number },
): string | undefined {
  const words = name.split(' ')
  const long = words.map((_, i) => i).filter((i) => (words[i]?.length ?? 0) >= shortest)
  if (long.length < count) return undefined
  for (const at of shuffle(random, long).slice(0, count)) words[at] = slipIn(random, words[at] ?? '')
  return words.join(' ')
}

function slipIn(random: Random, word: string): string {
  const at = Math.floor(random() * word.length)
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)]
  const another = pick(random, Array.from('abcdefghijklmnopqrstuvwxyz'))
  const swapped = after === '' ? letter + before.slice(-1) : after.charAt(0) + letter + after.slice(1)
  return pick(random, [
    before + after,
    before + letter + letter + after,
    before + another + after,
    before + another + letter + after,
    after === '' ? before.slice(0, -1) + swapped : before + swapped,
  ])
}

/** Without a middle name or a second family name; the first of each stays, and an article with its word. */
function missing(random: Random, { family, given, isPerson }: Parts): string | undefined {
  if (!isPerson || family.length === 0) return undefined
  const [givenUnits, familyUnits] = [unitsOf(given), unitsOf(family)]
  const units = [...givenUnits, ...familyUnits]
  const spare = units.map((_, i) => i).filter((i) => i !== 0 && i !== givenUnits.length)
  if (spare.length === 0) return undefined
  const gone = pick(random, spare)
  return units.filter((_, i) => i !== gone).join(' ')
}

function unitsOf(words: readonly string[]): string[] {
  const units: string[] = []
  for (const word of words) {
    const last = units.at(-1)
    if (last !== undefined && /(^| )(abd|abu|al|el|bin|ben|ould|de|del|la|los|las|van|von)$/i.test(last))
      units[units.length - 1] = `${last} ${word}`
    else units.push(word)
  }
  return units
}

/** With a usual given name between. */
function added(random: Random, { family, given, isPerson }: Parts): string | undefined {
  if (!isPerson || family.length === 0) return undefined
  return [...given, commonGivenName(random), ...family].join(' ')
}

/** Two words that stand side by side run together. */
function joined(random: Random, parts: Parts): string | undefined {
  const words = allOf(parts)
  if (words.length < 2) return undefined
  const at = Math.floor(random() * (words.length - 1))
  return [...words.slice(0, at), `${words[at]}${words[at + 1]}`, ...words.slice(at + 2)].join(' ')
}

/** One long word taken apart. */
function split(random: Random, parts: Parts): string | undefined {
  const words = allOf(parts)
  const long = words.filter(({ length }) => length >= 7)
  if (long.length === 0) return undefined
  const word = pick(random, long)
  const at = 2 + Math.floor(random() * (word.length - 4))
  return words.map((one) => (one === word ? `${one.slice(0, at)} ${one.slice(at)}` : one)).join(' ')
}
