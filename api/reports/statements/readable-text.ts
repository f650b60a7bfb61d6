import anyAscii from 'any-ascii'

/** What the font of documents shows: letters that stand one after another from left to right, and the usual signs. */
const SHOWN =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Sc}\u0300-\u036F\u0020-\u007E\u00A0-\u00FF\u2010-\u2027\u2030-\u205E]$/u

/** The text with everything that a document cannot show in Latin letters. Never longer than it is readable: no boxes, no gaps. */
export function readableText(text: string): string {
  // By code points, as the table of any-ascii is.
  return Array.from(text.normalize('NFKC'))
    .map((letter) => (SHOWN.test(letter) ? letter : anyAscii(letter)))
    .join('')
}
