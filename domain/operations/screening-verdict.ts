/**
 * What a check against money laundering asks, and what it can answer.
 *
 * clear: nothing was found. review: something looks like a match, a person decides. hit: it is one. No usable answer is
 * none of the three: it is thrown, asked again, and in the end becomes a review; it never becomes clear.
 */
export const SCREENING_VERDICTS = ['clear', 'hit', 'review'] as const
export type ScreeningVerdict = (typeof SCREENING_VERDICTS)[number]
