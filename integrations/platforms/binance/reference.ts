import { createHash } from 'node:crypto'

/** What both a client's order id (36) and a withdrawal's (32) can be. */
const FITS = /^[A-Za-z0-9_-]{1,32}$/
const HASH_LENGTH = 32
/** Our ids: a prefix, then 48 bits of milliseconds and 80 random ones (`domain/ids.ts`). */
const OURS = /^[a-z]{1,5}_([0-7][0-9a-hjkmnp-tv-z]{9})[0-9a-hjkmnp-tv-z]{16}$/
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** The same for the same reference, always; a reference that fits is itself. */
export function clientIdOf(reference: string): string {
  if (FITS.test(reference)) return reference
  return createHash('sha256').update(reference).digest('hex').slice(0, HASH_LENGTH)
}

/** Others use the same key and give ids as well: only what looks like ours may be. */
export function referenceOf(clientId: string | undefined): string | null {
  return clientId !== undefined && OURS.test(clientId) ? clientId : null
}

/** When it was made; undefined where it does not say. */
export function madeAtMs(reference: string): number | undefined {
  const [, time] = OURS.exec(reference) ?? []
  return time === undefined
    ? undefined
    : Array.from(time).reduce((value, letter) => value * 32 + ALPHABET.indexOf(letter), 0)
}
