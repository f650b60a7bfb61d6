import { createHash, randomBytes } from 'node:crypto'
import { createSecretBox, readSecretKey, type SecretBox } from './secret-box.ts'

const KEY_BYTES = 32
const KEY_ID_DIGITS = 16

/** Text sealed with a key of its own, which is sealed with the master key that `keyId` names. */
export type Envelope = { readonly sealed: Buffer; readonly dataKey: Buffer; readonly keyId: string }

/** The master keys of an installation. What was sealed with the previous one still opens, until it is wrapped anew. */
export type KeyRing = {
  readonly keyId: string
  seal(text: string, place: string): Envelope
  /** @throws Error where it was changed, moved, or its master key is none of ours */
  open(envelope: Envelope, place: string): string
  /** The data key under the current master key; undefined where it is already. The sealed text stays as it is. */
  rewrap(
    envelope: Pick<Envelope, 'dataKey' | 'keyId'>,
    place: string,
  ): Pick<Envelope, 'dataKey' | 'keyId'> | undefined
}

/** Tells keys from each other, and nothing about them. */
export function keyIdOf(key: string): string {
  const bytes = readSecretKey(key)
  if (!bytes) throw new Error('The secret key must be 32 bytes in base64.')
  return createHash('sha256').update(bytes).digest('hex').slice(0, KEY_ID_DIGITS)
}

export function createKeyRing({
  current,
  previous,
}: {
  current: string
  previous?: string | undefined
}): KeyRing {
  const keyId = keyIdOf(current)
  const boxes = new Map<string, SecretBox>()
  for (const key of [previous, current]) if (key !== undefined) boxes.set(keyIdOf(key), createSecretBox(key))

  function boxOf(id: string): SecretBox {
    const box = boxes.get(id)
    if (!box) throw new Error(`sealed with the master key ${id}, which is not configured`)
    return box
  }

  function openKey({ dataKey, keyId: id }: Pick<Envelope, 'dataKey' | 'keyId'>, place: string): string {
    return boxOf(id).open(dataKey, keyPlace(place))
  }

  return {
    keyId,
    seal: (text, place) => {
      const key = randomBytes(KEY_BYTES).toString('base64')
      return {
        sealed: createSecretBox(key).seal(text, place),
        dataKey: boxOf(keyId).seal(key, keyPlace(place)),
        keyId,
      }
    },
    open: (envelope, place) => createSecretBox(openKey(envelope, place)).open(envelope.sealed, place),
    rewrap: (envelope, place) =>
      envelope.keyId === keyId
        ? undefined
        : { dataKey: boxOf(keyId).seal(openKey(envelope, place), keyPlace(place)), keyId },
  }
}

function keyPlace(place: string): string {
  return `${place}/key`
}
