import { Secret, TOTP } from 'otpauth'
import { z } from 'zod'
import { TOTP_STEP_MS } from '#domain/identity/two-step.ts'

const ISSUER = 'Sluice'
/** RFC 4226, section 4: 160 bits. */
const SECRET_BYTES = 20
/** A clock may be half a minute wrong, or a person slow. */
const WINDOW = 1
const RECOVERY_CODES = 10
/** Without the letters that are taken for others; 16 of them are 80 bits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const RECOVERY_LENGTH = 16

type Random = (count: number) => Buffer

/** What an authenticator app shows, what was sent, or a recovery code. */
export const appCodeField = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^(\d{6}|[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3})$/,
    'must be the 6 digits of the code, or a recovery code such as 0a1b-2c3d-4e5f-6g7h',
  )
  .meta({ examples: ['123456'] })

/** In base32, as apps take it. */
export function newTotpSecret(random: Random): string {
  return new Secret({ buffer: Uint8Array.from(random(SECRET_BYTES)).buffer }).base32
}

/** What a QR code for the app holds. */
export function totpUri(secret: string, login: string): string {
  return totpOf(secret, login).toString()
}

/** The time step whose code this is; undefined where it is none of now, the one before or the one after. */
export function stepOfCode(secret: string, code: string, now: Date): number | undefined {
  const delta = totpOf(secret).validate({ token: code, timestamp: now.getTime(), window: WINDOW })
  return delta === null ? undefined : Math.floor(now.getTime() / TOTP_STEP_MS) + delta
}

export function newRecoveryCodes(random: Random): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const text = Array.from(random(RECOVERY_LENGTH), (byte) => ALPHABET.charAt(byte % 32)).join('')
    return text.replaceAll(/(.{4})(?=.)/g, '$1-')
  })
}

function totpOf(secret: string, label = ''): TOTP {
  return new TOTP({
    issuer: ISSUER,
    label,
    secret: Secret.fromBase32(secret),
    algorithm: 'SHA1',
    digits: 6,
    period: TOTP_STEP_MS / 1_000,
  })
}
