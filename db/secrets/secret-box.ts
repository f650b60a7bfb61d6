import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** First byte of everything sealed, so that another way of sealing can follow. */
const VERSION = 1

/** Keeps text unreadable in the database. `place` says whose text it is; sealed for one place it does not open in another. */
export type SecretBox = {
  seal(text: string, place: string): Buffer
  /** @throws Error where it was changed, moved, or sealed with another key */
  open(sealed: Buffer, place: string): string
}

/** The key's bytes: 32, written in base64 or base64url. Undefined where the text is no such key. */
export function readSecretKey(text: string): Buffer | undefined {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined
  const key = Buffer.from(text, 'base64')
  return key.length === KEY_BYTES ? key : undefined
}

/** AES-256-GCM with a random nonce. @throws Error where the text is not a key */
export function createSecretBox(keyText: string): SecretBox {
  const key = readSecretKey(keyText)
  if (!key) throw new Error('The secret key must be 32 bytes in base64.')
  return {
    seal(text, place) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place))
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), hidden])
    },
    open(sealed, place) {
      if (sealed[0] !== VERSION) throw new Error('sealed in a way that is not known')
      const [nonceEnd, tagEnd] = [1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES]
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, nonceEnd), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(Buffer.from(place))
        .setAuthTag(sealed.subarray(nonceEnd, tagEnd))
      return decipher.update(sealed.subarray(tagEnd), undefined, 'utf8') + decipher.final('utf8')
    },
  }
}
