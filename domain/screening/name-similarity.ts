import type { Word } from './name-words.ts'

/** Below this two words are two words. */
const SIMILAR = 0.66
/** Very short words are different names as soon as a letter is; of three letters one vowel may be heard otherwise. */
const SHORT = 3
const SHORT_SIMILAR = 0.8

const VOWELS = new Set('aeiou')
/** Letters that romanizations and ears take for each other. */
const KIN = [
  'bp',
  'dt',
  'gk',
  's\u010d',
  'k\u010d',
  'sz',
  'vf',
  'mn',
  'jg',
  'ji',
  'jz',
  'kh',
  'uv',
  'lr',
  'xk',
  'ts',
] as const
const RELATED = new Set(KIN.flatMap((letters) => pairsOf(letters)))

const CHANGED_VOWEL = 0.35
const LOST_VOWEL = 0.4
const RELATED_LETTER = 0.6
const SWAPPED = 0.7

/** How alike two words are, from 0 to 1; 0 where they are too different to be the same word. */
export function similarityOf(a: Word, b: Word): number {
  if (a.text === b.text) return 1
  const shortest = Math.min(a.text.length, b.text.length)
  const longest = Math.max(a.folded.length, b.folded.length)
  if (a.folded === b.folded) return shortest <= 2 ? 0.9 : 0.97
  if (shortest <= 2) return 0
  if (longest <= SHORT) return distance(a.folded, b.folded) <= CHANGED_VOWEL ? SHORT_SIMILAR : 0
  if (Math.abs(a.folded.length - b.folded.length) > 4) return 0
  const cost = distance(a.folded, b.folded) * (longest <= 4 ? 1.25 : 1)
  const similarity = 1 - cost / longest
  return similarity < SIMILAR ? 0 : similarity
}

/** Optimal string alignment, where a letter's price is how often it is really confused. */
function distance(a: string, b: string): number {
  const width = b.length + 1
  const table = new Float64Array((a.length + 1) * width)
  for (let i = 1; i <= a.length; i += 1) table[i * width] = at(table, (i - 1) * width) + priceOfLoss(a, i - 1)
  for (let j = 1; j <= b.length; j += 1) table[j] = at(table, j - 1) + priceOfLoss(b, j - 1)
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const here = i * width + j
      const [x, y] = [a.charAt(i - 1), b.charAt(j - 1)]
      let best = Math.min(
        at(table, here - width) + priceOfLoss(a, i - 1),
        at(table, here - 1) + priceOfLoss(b, j - 1),
        at(table, here - width - 1) + priceOfChange(x, y),
      )
      if (i > 1 && j > 1 && x === b.charAt(j - 2) && y === a.charAt(i - 2))
        best = Math.min(best, at(table, here - 2 * width - 2) + SWAPPED)
      table[here] = best
    }
  }
  return at(table, table.length - 1)
}

function at(table: Float64Array, index: number): number {
  return table[index] ?? 0
}

/** The first letter of a word is seldom lost. */
function priceOfLoss(word: string, index: number): number {
  const letter = word.charAt(index)
  return index > 0 && (VOWELS.has(letter) || letter === 'h') ? LOST_VOWEL : 1
}

function priceOfChange(x: string, y: string): number {
  if (x === y) return 0
  if (VOWELS.has(x) && VOWELS.has(y)) return CHANGED_VOWEL
  return RELATED.has(x + y) ? RELATED_LETTER : 1
}

function pairsOf(letters: string): string[] {
  const each = Array.from(letters)
  return each.flatMap((x) => each.filter((y) => x !== y).map((y) => x + y))
}
