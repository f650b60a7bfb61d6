import { newPassword } from '#cli/start/administrator.ts'
import { brokenPasswordRules } from '#domain/identity/password.ts'

const LONG = 'a'.repeat(117)

describe('a new password', () => {
  test.each([
    'Quiet-River5!stone',
    'xT9#kqVb',
    'Zürich&7Brücken',
    `Ab1!${LONG}1234567`,
    'correct Horse 4 battery%',
  ])('may be %p', (password) => {
    expect(brokenPasswordRules(password)).toEqual([])
  })

  test.each([
    ['xT9#kqV', 'must have at least 8 characters'],
    [`Ab1!${LONG}12345678`, 'must have at most 128 characters'],
    ['xt9#kqvbm', 'must hold an upper-case letter'],
    ['XT9#KQVBM', 'must hold a lower-case letter'],
    ['xTz#kqVb', 'must hold a digit'],
    ['xT9-kqVb', 'must hold one of # $ ! @ * & %'],
  ])('such as %p is refused by the one rule: %s', (password, rule) => {
    expect(brokenPasswordRules(password)).toEqual([rule])
  })

  test.each([
    'Password1!',
    'P@ssw0rd123',
    'Pa$$word!1',
    '!Passw0rd2024',
    'Admin@123',
    'Qwerty123!',
    'Qwer1234!',
    '1qaz@WSX',
    'Welc0me#2026',
    'Aa123456!',
    'Aaaaaa1!',
    'Pass1word!',
    'ＰassWord1!',
  ])('such as %p is common', (password) => {
    expect(brokenPasswordRules(password)).toContain('is too common: it can be guessed')
  })

  test('is told every rule that it breaks', () => {
    expect(brokenPasswordRules('abc')).toEqual([
      'must have at least 8 characters',
      'must hold an upper-case letter',
      'must hold a digit',
      'must hold one of # $ ! @ * & %',
      'is too common: it can be guessed',
    ])
  })

  test('that the embedded default makes up keeps all rules', () => {
    expect(Array.from({ length: 200 }, newPassword).flatMap(brokenPasswordRules)).toEqual([])
  })
})
