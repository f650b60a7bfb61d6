import { hashSecret } from '#db/identity/password-hash.ts'
import type { ApiDeps } from '../../http/deps.ts'

const DIGITS = 6

export type Code = { readonly clear: string; readonly hash: string }

/** A one-time code. The slow hash is made before a database transaction begins, not within. */
export async function newCode({ randomBytes }: Pick<ApiDeps, 'randomBytes'>): Promise<Code> {
  // 48 random bits over a million values: no digit is likelier than another by more than one in 10^8.
  const clear = String(randomBytes(6).readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0')
  return { clear, hash: await hashSecret(clear) }
}
