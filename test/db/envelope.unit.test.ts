import { createHash, randomBytes } from 'node:crypto'
import { createKeyRing } from '#db/secrets/envelope.ts'

describe('a key ring', () => {
  test('names its key by the first 16 hex digits of its SHA-256', () => {
    const current = key()
    const hash = createHash('sha256').update(Buffer.from(current, 'base64')).digest('hex')
    expect(createKeyRing({ current }).keyId).toBe(hash.slice(0, 16))
  })

  test('gives each record a data key that opens in its place alone', () => {
    const ring = createKeyRing({ current: key() })
    const { keyId, dataKey, dataBox } = ring.newDataKey('here')
    const sealed = dataBox.seal('text', 'field')
    expect(ring.openDataKey({ keyId, dataKey }, 'here').open(sealed, 'field')).toBe('text')
    expect(() => ring.openDataKey({ keyId, dataKey }, 'there')).toThrow(REFUSED)
    expect(() => ring.newDataKey('here').dataBox.open(sealed, 'field')).toThrow(REFUSED)
  })

  test('opens with the key that is named, old or new, and seals with the new one', () => {
    const [old, fresh] = [key(), key()]
    const sealed = createKeyRing({ current: old }).newDataKey('here')
    const text = sealed.dataBox.seal('text', 'field')
    const both = createKeyRing({ current: fresh, previous: old })
    expect(both.openDataKey(sealed, 'here').open(text, 'field')).toBe('text')
    const again = both.rewrap(sealed, 'here')
    const later = createKeyRing({ current: fresh })
    expect(again.keyId).toBe(later.keyId)
    expect(later.openDataKey(again, 'here').open(text, 'field')).toBe('text')
    expect(() => later.openDataKey(sealed, 'here')).toThrow('sealed with a key that is not configured')
  })

  test('seals anew what another key sealed directly, and leaves what the current one sealed', () => {
    const [old, fresh] = [key(), key()]
    const sealed = createKeyRing({ current: old }).box.seal('text', 'here')
    const both = createKeyRing({ current: fresh, previous: old })
    expect(both.box.open(sealed, 'here')).toBe('text')
    const again = both.reseal(sealed, 'here') ?? Buffer.alloc(0)
    expect(createKeyRing({ current: fresh }).box.open(again, 'here')).toBe('text')
    expect(both.reseal(again, 'here')).toBeUndefined()
    expect(() => createKeyRing({ current: key() }).reseal(again, 'here')).toThrow(REFUSED)
  })
})

const REFUSED = /unable to authenticate data/
const key = () => randomBytes(32).toString('base64')
