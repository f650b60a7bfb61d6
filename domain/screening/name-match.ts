import { similarityOf } from './name-similarity.ts'
import { isMinor, skeletonOf, wordOf, wordsOf, type Word } from './name-words.ts'

/**
 * Finds a name among many, however it is spelled, ordered, shortened or run together.
 *
 * Words are compared, not letters in a row. Each word of the one name is paired with its like in the other; a run of up to
 * three words may stand for one. The score is how alike the pairs are, times how much of both names is paired: the better
 * covered side counts most, so that left-out and added middle names cost little. A word that many listed names have says
 * less than a rare one. The figures are in bench/screening/README.md.
 */
export type ListedName = { readonly id: string; readonly names: readonly string[] }

/** `score`: 100 is the same name, 0 nothing in common. */
export type NameMatch = { readonly id: string; readonly score: number }

/** Shipped with every new list, and what the figures were measured at. */
export const MATCH_FROM = 92
export const NEAR_FROM = 82

/** Adjacent words as one; the last is adjacent to the first, for lists put family names first. `mask`: bit i for word i. */
type Run = { readonly mask: number; readonly word: Word; readonly isSingle: boolean }
type Name = { readonly id: string; readonly words: readonly Word[]; readonly runs: readonly Run[] }
type Weighed = Name & { readonly weights: readonly number[] }

export type NameIndex = {
  readonly names: readonly Weighed[]
  /** Key → the words that have it. */
  readonly byKey: ReadonlyMap<string, ReadonlySet<Word>>
  /** A word, or a run as one → positions in `names`. */
  readonly positions: ReadonlyMap<Word, readonly number[]>
  weightOf(word: Word): number
}

const RUN_MAX = 3
/** Only the most promising are compared in full; what shares the rarest words is always among them. */
const COMPARED_MAX = 200
const MINOR_WEIGHT = 0.15
const INITIAL_WEIGHT = 0.45
/** An initial may stand for many names: it never makes a match of what would be one without it. */
const INITIAL_SIMILARITY = 0.85
const INITIAL_TRUST = 0.92
/** What is like a usual name is most often another usual name, so that the rarer a word the more of a slip is forgiven. */
const WORD_SIMILAR = 0.66
const USUAL_CAUTION = 0.2
/** A run is compared more strictly than a word: there are many, and each is a guess. */
const RUN_SIMILAR = 0.85
/** A list below this size says nothing about how usual a word is. */
const USUAL_SIZE = 1000

/** Built once per list. */
export function indexNames(entries: readonly ListedName[]): NameIndex {
  const building = indexNamesInSlices(entries)
  for (;;) {
    const step = building.next()
    if (step.done) return step.value
  }
}

/** The same in slices of some milliseconds, for those who have other things to do in between. */
export function* indexNamesInSlices(entries: readonly ListedName[]): Generator<void, NameIndex> {
  const known = new Map<string, Word>()
  const names: Name[] = []
  const byKey = new Map<string, Set<Word>>()
  const positions = new Map<Word, number[]>()
  const counts = new Map<string, number>()
  for (const [i, { id, names: spellings }] of entries.entries()) {
    if (i % SLICE === SLICE - 1) yield
    for (const spelling of spellings) {
      const name = nameOf(id, spelling, known)
      for (const run of name.runs) {
        for (const key of keysOf(run)) add(byKey, key, run.word)
        const places = positions.get(run.word)
        if (!places) positions.set(run.word, [names.length])
        else if (places.at(-1) !== names.length) places.push(names.length)
      }
      for (const skeleton of new Set(name.words.map(skeletonOf)))
        counts.set(skeleton, (counts.get(skeleton) ?? 0) + 1)
      names.push(name)
    }
  }
  const size = Math.max(names.length, USUAL_SIZE)
  const weightOf = (word: Word) => weigh(word, { size, count: counts.get(skeletonOf(word)) ?? 0 })
  const weighed = names.map((name) => ({ ...name, weights: name.words.map(weightOf) }))
  return { names: weighed, byKey, positions, weightOf }
}

function add(byKey: Map<string, Set<Word>>, key: string, word: Word): void {
  const words = byKey.get(key)
  if (words) words.add(word)
  else byKey.set(key, new Set([word]))
}
const SLICE = 200

/** From 1 for a word that hardly any listed name has, down to a quarter for one that most have. */
function weigh(word: Word, { size, count }: { size: number; count: number }): number {
  if (isMinor(word)) return MINOR_WEIGHT
  if (word.text.length === 1) return INITIAL_WEIGHT
  return Math.max(0.25, Math.log(size / Math.max(1, count)) / Math.log(size))
}

/** Each listed name whose best spelling scores at least `from`, best first. */
export function findMatches(index: NameIndex, name: string, from: number): NameMatch[] {
  const plain = nameOf('', name)
  const asked = { ...plain, weights: plain.words.map((word) => index.weightOf(word)) }
  const likes = findLikes(index, asked)
  const best = new Map<string, number>()
  for (const position of promising(index, asked, likes)) {
    const listed = index.names[position]
    if (!listed) continue
    const score = Math.round(compare(asked, listed, likes) * 100)
    if (score >= from && score > (best.get(listed.id) ?? -1)) best.set(listed.id, score)
  }
  return [...best].map(([id, score]) => ({ id, score })).toSorted((a, b) => b.score - a.score)
}

/** @param known so that a word that many names have is kept once */
function nameOf(id: string, name: string, known = new Map<string, Word>()): Name {
  const once = (word: Word): Word => {
    const first = known.get(word.text)
    if (!first) known.set(word.text, word)
    return first ?? word
  }
  const words = wordsOf(name).map(once)
  const runs: Run[] = words.map((word, i) => ({ mask: 1 << i, word, isSingle: true }))
  for (let length = 2; length <= Math.min(RUN_MAX, words.length); length += 1)
    for (let begin = 0; begin < words.length; begin += 1) {
      const places = Array.from({ length }, (_, more) => (begin + more) % words.length)
      const word = once(wordOf(places.map((i) => words[i]?.text ?? '').join('')))
      runs.push({ mask: places.reduce((mask, i) => mask | (1 << i), 0), word, isSingle: false })
    }
  return { id, words, runs }
}

/**
 * Words that share none of these are never compared: the skeleton and, of a single word, the skeleton without any one letter. Where
 * hardly any consonant is, the folded word takes the skeleton's place as well.
 */
function keysOf({ word, isSingle }: Run): string[] {
  const skeleton = skeletonOf(word)
  if (!isSingle) return [skeleton]
  if (skeleton.length > 2) return [skeleton, ...withoutOne(skeleton)]
  return [skeleton, ...(word.folded.length > 3 ? withoutOne(word.folded) : [])]
}

function withoutOne(text: string): string[] {
  return Array.from(text, (_, i) => text.slice(0, i) + text.slice(i + 1))
}

type Like = { readonly run: Run; readonly similarity: number }
/** A listed word → what of the asked name is like it. */
type Likes = ReadonlyMap<Word, readonly Like[]>

function findLikes({ byKey }: NameIndex, asked: Weighed): Likes {
  const likes = new Map<Word, Like[]>()
  for (const run of asked.runs) {
    const seen = new Set<Word>()
    for (const key of keysOf(run))
      for (const word of byKey.get(key) ?? []) {
        if (seen.has(word)) continue
        seen.add(word)
        const similarity = similarityOf(run.word, word)
        if (similarity === 0) continue
        const known = likes.get(word)
        if (known) known.push({ run, similarity })
        else likes.set(word, [{ run, similarity }])
      }
  }
  return likes
}

/** Positions of names with a like word, those with the most and rarest first. */
function promising(index: NameIndex, asked: Weighed, likes: Likes): number[] {
  const hasMore = asked.words.some((word) => !isMinor(word))
  const evidence = new Map<number, number>()
  for (const [word, found] of likes) {
    if (hasMore && isMinor(word)) continue
    const strength = Math.max(
      ...found.map(({ run, similarity }) => similarity * sum(asked.weights, run.mask)),
    )
    for (const position of index.positions.get(word) ?? [])
      evidence.set(position, (evidence.get(position) ?? 0) + strength)
  }
  if (evidence.size <= COMPARED_MAX) return [...evidence.keys()]
  const ranked = [...evidence].toSorted(([, a], [, b]) => b - a)
  return ranked.slice(0, COMPARED_MAX).map(([position]) => position)
}

type Pair = {
  readonly a: Run
  readonly b: Run
  readonly similarity: number
  readonly weight: number
  readonly isInitial: boolean
}

/** From 0 to 1. */
function compare(asked: Weighed, listed: Weighed, likes: Likes): number {
  const pairs = [...initialPairs(asked, listed)]
  for (const b of listed.runs)
    for (const { run: a, similarity } of likes.get(b.word) ?? []) {
      if (!a.isSingle && !b.isSingle) continue
      const weight = sum(listed.weights, b.mask)
      const isGuess = !a.isSingle || !b.isSingle
      if (similarity < (isGuess ? RUN_SIMILAR : WORD_SIMILAR + USUAL_CAUTION * (1 - weight))) continue
      pairs.push({ a, b, similarity, weight, isInitial: false })
    }
  if (pairs.length === 0) return 0
  const chosen = choose(pairs)
  const whole = chosen.reduce((total, { weight }) => total + weight, 0)
  const likeness = chosen.reduce((total, pair) => total + pair.similarity * pair.weight, 0) / whole
  const restA = sum(asked.weights, ~chosen.reduce((mask, { a }) => mask | a.mask, 0))
  const restB = sum(listed.weights, ~chosen.reduce((mask, { b }) => mask | b.mask, 0))
  const high = whole / (whole + Math.min(restA, restB))
  const low = whole / (whole + Math.max(restA, restB))
  const initials = chosen.some(({ isInitial }) => isInitial) ? INITIAL_TRUST : 1
  return likeness * high * (0.6 + 0.4 * low) * trust(chosen, { whole, low }) * initials
}

/** How far a part stands for the whole: one word alone, or usual words only, can be anybody. */
function trust(chosen: readonly Pair[], { whole, low }: { whole: number; low: number }): number {
  if (low >= 0.9) return 1
  const telling = chosen.filter(({ weight, isInitial }) => weight > 2 * MINOR_WEIGHT && !isInitial)
  if (telling.length < 2 && telling.every(({ a, b }) => a.isSingle && b.isSingle)) return 0.8
  return whole >= TELLING_WEIGHT ? 1 : 0.9
}
/** Two words of which one is rare, or three. */
const TELLING_WEIGHT = 1.2

/** A letter alone with every word that begins with it. */
function* initialPairs(asked: Weighed, listed: Weighed): Generator<Pair> {
  for (const a of asked.runs)
    for (const b of listed.runs) {
      const [x, y] = [a.word.text, b.word.text]
      if (!a.isSingle || !b.isSingle) break
      if (x === y || (x.length > 1 && y.length > 1) || x.charAt(0) !== y.charAt(0)) continue
      const weight = 0.5 * sum(listed.weights, b.mask)
      yield { a, b, similarity: INITIAL_SIMILARITY, weight, isInitial: true }
    }
}

/** Equal words first, then the best pairs; no word twice. */
function choose(pairs: readonly Pair[]): Pair[] {
  const rank = ({ a, b, similarity, weight }: Pair) =>
    similarity === 1 && a.isSingle && b.isSingle ? 10 + weight : similarity * weight
  const chosen: Pair[] = []
  let [usedA, usedB] = [0, 0]
  for (const pair of pairs.toSorted((x, y) => rank(y) - rank(x))) {
    if (usedA & pair.a.mask || usedB & pair.b.mask) continue
    chosen.push(pair)
    usedA |= pair.a.mask
    usedB |= pair.b.mask
  }
  return chosen
}

function sum(weights: readonly number[], mask: number): number {
  let total = 0
  for (const [i, weight] of weights.entries()) if (mask & (1 << i)) total += weight
  return total
}
