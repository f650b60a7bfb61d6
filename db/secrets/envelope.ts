import { createHash, randomBytes } from 'node:crypto'
import { createSecretBox, readSecretKey, type SecretBox } from './secret-box.ts'

/** The installation's master keys: all is sealed with the current one; what another one sealed still opens. */
export type KeyRing = {
  /** Names the current key without telling it. */
  readonly keyId: string
  /** Seals with the current key, and opens with whichever fits. */
  readonly box: SecretBox
  /** A key of its own for one record, and that key sealed. */
  newDataKey(place: string): SealedDataKey & { readonly dataBox: SecretBox }
  /** @throws Error where no key here has that id, or it was changed or moved */
  openDataKey(sealed: SealedDataKey, place: string): SecretBox
  /** The same data key, sealed with the current key. */
  rewrap(sealed: SealedDataKey, place: string): SealedDataKey
  /** What the master key sealed directly, sealed with the current one; undefined where it is already. */
  reseal(sealed: Buffer, place: string): Buffer | undefined
}

export type SealedDataKey = { readonly keyId: string; readonly dataKey: Buffer }

/** The ring of a process, as its settings name the keys; undefined where there is none. */
export function openKeyRing({
  secretKey,
  previousKey,
}: {
  readonly secretKey?: string | undefined
  readonly previousKey?: string | undefined
}): KeyRing | undefined {
  return secretKey === undefined ? undefined : createKeyRing({ current: secretKey, previous: previousKey })
}

/** @throws Error where a text is not a key */
export function createKeyRing({
  current,
  previous,
}: {
  current: string
  previous?: string | undefined
}): KeyRing {
  const currentBox = createSecretBox(current)
  const keyId = keyIdOf(current)
  const boxes = new Map([[keyId, currentBox]])
  if (previous !== undefined && keyIdOf(previous) !== keyId)
    boxes.set(keyIdOf(previous), createSecretBox(previous))

  function openKey({ keyId: named, dataKey }: SealedDataKey, place: string): string {
    const box = boxes.get(named)
    if (!box) throw new Error('sealed with a key that is not configured')
    return box.open(dataKey, place)
  }

  const box: SecretBox = {
    seal: (text, place) => currentBox.seal(text, place),
    open: (sealed, place) => openWithAny([...boxes.values()], sealed, place),
  }
  return {
    keyId,
    box,
    newDataKey(place) {
      const key = randomBytes(32).toString('base64')
      return { keyId, dataKey: currentBox.seal(key, place), dataBox: createSecretBox(key) }
    },
    openDataKey: (sealed, place) => createSecretBox(openKey(sealed, place)),
    rewrap: (sealed, place) => ({ keyId, dataKey: currentBox.seal(openKey(sealed, place), place) }),
    reseal(sealed, place) {
      if (opens(currentBox, sealed, place)) return undefined
      return currentBox.seal(box.open(sealed, place), place)
    },
  }
}

/** The first 16 hex digits of the key's SHA-256. */
function keyIdOf(keyText: string): string {
  const key = readSecretKey(keyText)
  if (!key) throw new Error('The secret key must be 32 bytes in base64.')
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}

function openWithAny([first, ...others]: readonly SecretBox[], sealed: Buffer, place: string): string {
  if (!first) throw new Error('sealed with a key that is not configured')
  try {
    return first.open(sealed, place)
  } catch (error) {
    if (others.length === 0) throw error
    return openWithAny(others, sealed, place)
  }
}

function opens(box: SecretBox, sealed: Buffer, place: string): boolean {
  try {
    box.open(sealed, place)
    return true
  } catch {
    return false
  }
}
