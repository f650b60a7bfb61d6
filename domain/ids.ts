/** Ids are `prefix_` + 26 characters of Crockford base32: 48 bits of milliseconds, then 80 random bits (the ULID layout). */
export type Id<Prefix extends string> = string & { readonly __prefix: Prefix }

export type OperationId = Id<'op'>

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const TIME_LENGTH = 10
const RANDOM_LENGTH = 16

/** @param random 16 random bytes; five bits of each are used. */
export function newId<Prefix extends string>(prefix: Prefix, nowMs: number, random: Uint8Array): Id<Prefix> {
  let time = ''
  for (let rest = nowMs, i = 0; i < TIME_LENGTH; i += 1) {
    time = ALPHABET.charAt(rest % 32) + time
    rest = Math.floor(rest / 32)
  }
  const tail = Array.from(random.subarray(0, RANDOM_LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('')
  return `${prefix}_${time}${tail}` as Id<Prefix>
}

/** Of version 4. @param random 16 random bytes */
export function newUuid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random.subarray(0, RANDOM_LENGTH))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export function isId<Prefix extends string>(prefix: Prefix, text: string): text is Id<Prefix> {
  return text.startsWith(`${prefix}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(prefix.length + 1))
}
