import anyAscii from 'any-ascii'

/** A word of a name: in plain lower-case Latin letters, and folded so that usual spellings of one sound are equal. */
export type Word = { readonly text: string; readonly folded: string }

/** Names are cut here: longer ones are no names, and comparing costs their square. */
const WORDS_MAX = 12
const LETTERS_MAX = 40

/** In any script; without case, diacritics and punctuation. A name without a letter has no words. */
export function wordsOf(name: string): Word[] {
  return plain(name)
    .split(' ')
    .filter(Boolean)
    .slice(0, WORDS_MAX)
    .map((text) => wordOf(text.slice(0, LETTERS_MAX)))
}

export function wordOf(text: string): Word {
  return { text, folded: fold(text) }
}

/** Han characters are words of their own; an apostrophe joins, whatever else is no letter parts. */
function plain(name: string): string {
  const spaced = name.normalize('NFKC').replaceAll(/\p{Script=Han}/gu, ' $& ')
  return anyAscii(spaced)
    .toLowerCase()
    .replaceAll(/['`]/g, '')
    .replaceAll(/[^a-z0-9]+/g, ' ')
}

/**
 * Spellings of one sound in the usual romanizations of Arabic, Persian, Cyrillic, Greek, Hebrew and Chinese names; the longer
 * ones first. What is left of vowels is compared leniently in `similarityOf`.
 */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/tsch|tch/g, '\u010d'],
  [/shch|sch|sh/g, 's'],
  [/ch/g, '\u010d'],
  [/zh|dzh|dj/g, 'j'],
  [/kh|ck|q/g, 'k'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/gh/g, 'g'],
  [/ph/g, 'f'],
  [/th/g, 't'],
  [/dh/g, 'd'],
  [/ts|tz|dz/g, 'z'],
  [/ks/g, 'x'],
  [/w/g, 'v'],
  [/ou|oo/g, 'u'],
  [/ee|ie/g, 'i'],
  [/[iy]*y/g, 'i'],
  [/(.)\1+/g, '$1'],
]

function fold(text: string): string {
  return SOUNDS.reduce((folded, [spelling, sound]) => folded.replaceAll(spelling, sound), text)
}

/** The consonants, and the first letter where it is a vowel: what survives most misspellings. */
export function skeletonOf({ folded }: Word): string {
  return folded.slice(0, 1).replace(/[eiou]/, 'a') + folded.slice(1).replaceAll(/[aeiouh]/g, '')
}

const MINOR = new Set(
  // Articles and particles of family names, marks of descent, titles, forms of companies.
  (
    'al el ul ad ar as ash at az bin ibn ben bint ould de del della di da do dos das du la le las los lo y e i van von der den ' +
    'zu and und et of the mr mrs ms dr prof jr sr haji hajji sheikh shaykh sheik mullah mulla mawlawi maulvi qari general ' +
    'ltd limited llc inc corp corporation co company gmbh ag sa srl sarl spa plc oao ooo zao pao ojsc jsc pjsc llp lp bv nv ' +
    'cv sab de cia ltda eirl est fze fzco fzc kg oy ab as'
  ).split(' '),
)

/** Says little about who it is. */
export function isMinor({ text }: Word): boolean {
  return MINOR.has(text)
}
