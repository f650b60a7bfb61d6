import { countryOfPhone, readLogin } from '#domain/identity/login.ts'

describe('a login', () => {
  test.each([
    ['jane@example.com', 'jane@example.com'],
    ['  Jane.Doe+Bank@Example.COM ', 'jane.doe+bank@example.com'],
    ['admin@sluice.local', 'admin@sluice.local'],
    ["o'neil@xn--bcher-kva.example", "o'neil@xn--bcher-kva.example"],
  ])('may be the e-mail address %p, spelled %p', (text, spelled) => {
    expect(readLogin(text)).toEqual({ text: spelled, channel: 'email' })
  })

  test.each([
    ['+12025550100', '+12025550100'],
    ['+1 (202) 555-0100', '+12025550100'],
    ['+49 (0)30 901820', '+4930901820'],
    [' +44 7400 123456', '+447400123456'],
  ])('may be the phone number %p, spelled %p', (text, spelled) => {
    expect(readLogin(text)).toEqual({ text: spelled, channel: 'sms' })
  })

  test.each([
    ['nothing', ''],
    ['a name', 'jane'],
    ['a host without a dot', 'jane@localhost'],
    ['an address without a local part', '@example.com'],
    ['two @', 'jane@doe@example.com'],
    ['two dots in a row', 'jane..doe@example.com'],
    ['a dot at the end', 'jane.@example.com'],
    ['an IP address', 'jane@10.0.0.1'],
    ['a hyphen at the edge of a label', 'jane@-example.com'],
    ['a space within', 'jane doe@example.com'],
    ['a line break', 'jane@example.com\nbcc: joe@example.com'],
    ['a letter that folds to an ASCII one', 'jane@\u212Aelvin.example'],
    ['a local part of 65', `${'a'.repeat(65)}@example.com`],
    ['255 characters', `jane@${'a.'.repeat(124)}bc`],
    ['a phone number without its country', '0202 555 0100'],
    ['a phone number that cannot be', '+999999999999'],
    ['an extension', '+12025550100 ext. 5'],
    ['words around a number', 'call +12025550100'],
  ])('must not be %s', (_what, text) => {
    expect(readLogin(text)).toBeUndefined()
  })

  test('read twice is the same', () => {
    const once = readLogin('+49 (0)30 901820')
    expect(readLogin(once?.text ?? '')).toEqual(once)
  })

  test('that is a phone number tells its country', () => {
    expect([countryOfPhone('+4930901820'), countryOfPhone('+12025550100')]).toEqual(['DE', 'US'])
  })
})
