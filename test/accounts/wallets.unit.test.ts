import { bech32, bech32m } from '@scure/base'
import { readAddress, type AddressFormat } from '#domain/accounts/wallet-address.ts'
import { PUBLISHED } from './published-addresses.ts'

const HAS_CHECK = PUBLISHED.filter(([format]) => format !== 'solana')

describe('an address of a wallet', () => {
  it.each(PUBLISHED)('of %s is taken as it is: %s', (format, address) => {
    expect(readAddress(format, address)).toEqual({ address })
  })

  it.each(HAS_CHECK)('of %s with one character off is refused: %s', (format, address) => {
    expect(readAddress(format, mistyped(address))).toHaveProperty('fault')
  })

  it.each(HAS_CHECK)('of %s is refused where a character is missing or added: %s', (format, address) => {
    expect(readAddress(format, address.slice(0, -1))).toHaveProperty('fault')
    expect(readAddress(format, `${address}2`)).toHaveProperty('fault')
    expect(readAddress(format, ` ${address}`)).toHaveProperty('fault')
  })

  it('of solana has no check but its length', () => {
    const mint = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'
    for (const bad of [mint.slice(0, -2), `${mint}22`, mint.replace('A', '0'), ` ${mint}`])
      expect(readAddress('solana', bad)).toHaveProperty('fault')
  })

  it('has one spelling', () => {
    const evm = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
    expect(readAddress('evm', evm.toLowerCase())).toEqual({ address: evm })
    expect(readAddress('evm', `0x${evm.slice(2).toUpperCase()}`)).toEqual({ address: evm })
    expect(readAddress('evm', evm.replace('aA', 'Aa'))).toHaveProperty('fault')
    const segwit = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
    expect(readAddress('bitcoin', segwit.toUpperCase())).toEqual({ address: segwit })
    expect(readAddress('bitcoin', segwit.replace('w508', 'W508'))).toHaveProperty('fault')
  })

  it.each<[string, AddressFormat, string]>([
    ['of another network: TRON', 'bitcoin', 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'],
    ['of another network: Bitcoin', 'tron', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
    ['of a test network', 'bitcoin', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'],
    ['of a test network, by its prefix', 'bitcoin', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
    // BIP 350: the wrong one of the two checks.
    ['of version 1 with bech32', 'bitcoin', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd'],
    ['of version 0 with bech32m', 'bitcoin', 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KEMEAWH'],
    ['of version 0 and 16 bytes', 'bitcoin', 'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P'],
    ['of version 1 and 40 bytes', 'bitcoin', checked('bc', 1, 40)],
    ['of version 1 and 20 bytes', 'bitcoin', checked('bc', 1, 20)],
    ['of version 2 and 41 bytes', 'bitcoin', checked('bc', 2, 41)],
    ['of version 2 and one byte', 'bitcoin', checked('bc', 2, 1)],
    ['of version 17', 'bitcoin', checked('bc', 17, 32)],
    ['of a prefix that only begins alike, version 0', 'bitcoin', checked('bc1q', 0, 20)],
    ['of a prefix that only begins alike, version 1', 'bitcoin', checked('bc1p', 1, 32)],
    ['of a prefix that only begins alike, version 2', 'bitcoin', checked('bc1pay', 2, 32)],
    ['without its 0x', 'evm', '5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'],
    ['that is empty', 'solana', ''],
  ])('%s is refused', (_what, format, address) => {
    expect(readAddress(format, address)).toHaveProperty('fault')
  })

  it('of a network that nobody checks is taken as it is', () => {
    expect(readAddress('other', 'any@where')).toEqual({ address: 'any@where' })
  })
})

/** Of this prefix, version and length, with the check that belongs to it. */
function checked(prefix: string, version: number, length: number): string {
  const coding = version === 0 ? bech32 : bech32m
  return coding.encode(prefix, [version, ...coding.toWords(new Uint8Array(length).fill(7))])
}

/** Another character of the same alphabet in the middle of it. */
function mistyped(address: string): string {
  const at = Math.floor(address.length / 2)
  const letter = address.charAt(at)
  const other = ['2', '3', 'q', 'p', 'z'].find((one) => one.toLowerCase() !== letter.toLowerCase()) ?? ''
  return address.slice(0, at) + other + address.slice(at + 1)
}
