/** Rules of every short text of one line, in the words in which they are refused. */
export const NO_CONTROL_CHARACTERS = /^[^\p{Cc}]*$/u

export const SHORT_TEXT_RULES = {
  empty: 'must not be empty',
  tooLong: (max: number) => `must have at most ${max} characters`,
  control: 'must not hold control characters',
} as const

/** What is wrong with a text that is trimmed already; undefined where nothing is. */
export function shortTextFault(text: string, max: number): string | undefined {
  if (text === '') return SHORT_TEXT_RULES.empty
  if (text.length > max) return SHORT_TEXT_RULES.tooLong(max)
  return NO_CONTROL_CHARACTERS.test(text) ? undefined : SHORT_TEXT_RULES.control
}
