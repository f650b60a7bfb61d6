import { randomBytes } from 'node:crypto'
import { createSecretBox } from '#db/secrets/secret-box.ts'

describe('a secret box', () => {
  test('opens what it has sealed, of any length and in any script', () => {
    const box = createSecretBox(key())
    for (const text of ['', 'x', 'ключ 🔑', 'y'.repeat(10_000)])
      expect(box.open(box.seal(text, 'here'), 'here')).toBe(text)
  })

  test('seals the same text differently each time', () => {
    const box = createSecretBox(key())
    expect(box.seal('text', 'here')).not.toEqual(box.seal('text', 'here'))
  })

  test('does not open in another place, with another key, or after any change', () => {
    const box = createSecretBox(key())
    const sealed = box.seal('text', 'here')
    expect(() => box.open(sealed, 'there')).toThrow(REFUSED)
    expect(() => createSecretBox(key()).open(sealed, 'here')).toThrow(REFUSED)
    expect(() => box.open(sealed.subarray(0, 20), 'here')).toThrow(/tag/)
    for (let i = 0; i < sealed.length; i += 1) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] ?? 0) ^ 1
      expect(() => box.open(changed, 'here')).toThrow(REFUSED)
    }
  })

  test.each(['', 'short', 'k'.repeat(42), `${'k'.repeat(42)}!`, 'k'.repeat(44)])(
    'takes no key such as "%s"',
    (text) => expect(() => createSecretBox(text)).toThrow('32 bytes'),
  )

  test('takes its key in base64 and in base64url, with and without padding', () => {
    const bytes = randomBytes(32)
    const sealed = createSecretBox(bytes.toString('base64')).seal('text', 'here')
    expect(createSecretBox(bytes.toString('base64url')).open(sealed, 'here')).toBe('text')
  })
})

const REFUSED = /unable to authenticate data|sealed in a way/

const key = () => randomBytes(32).toString('base64')
