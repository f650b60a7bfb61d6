import { keccak_256 } from '@noble/hashes/sha3.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { base58, bech32, bech32m, createBase58check } from '@scure/base'
import type { ADDRESS_FORMATS } from '../catalogue/configuration.ts'

export type AddressFormat = (typeof ADDRESS_FORMATS)[number]

/** The one spelling that an address is kept in, or what is wrong with it, in words. */
export type ReadAddress = { readonly address: string } | { readonly fault: string }

/** Main networks only: money sent to a test address is lost. */
export function readAddress(format: AddressFormat, text: string): ReadAddress {
  return READERS[format](text)
}

const READERS: Readonly<Record<AddressFormat, (text: string) => ReadAddress>> = {
  bitcoin: readBitcoin,
  evm: readEvm,
  tron: readTron,
  solana: readSolana,
  other: (address) => ({ address }),
}

const checked58 = createBase58check(sha256)
const HASH_LENGTH = 20
/** Version bytes of addresses that pay to a key's or a script's hash (source: Bitcoin Core, chainparams). */
const P2PKH = 0x00
const P2SH = 0x05
const TRON = 0x41

function readBitcoin(text: string): ReadAddress {
  return /^bc1/i.test(text) ? readSegwit(text) : readVersioned(text, [P2PKH, P2SH], 'a Bitcoin address')
}

function readTron(text: string): ReadAddress {
  return readVersioned(text, [TRON], 'a TRON address')
}

function readVersioned(text: string, versions: readonly number[], what: string): ReadAddress {
  const payload = attempt(() => checked58.decode(text))
  if (!payload) return { fault: `is not ${what}: it is misspelt, or its check does not fit` }
  const [version] = payload
  if (payload.length !== HASH_LENGTH + 1 || version === undefined || !versions.includes(version))
    return { fault: `is not ${what} of the main network` }
  return { address: text }
}

/**
 * Version 0 is checked by bech32, later ones by bech32m (sources: BIP 173, BIP 350). The prefix is all before the last 1: text that only
 * begins like an address of the main network may be something else with a check that fits.
 */
function readSegwit(text: string): ReadAddress {
  const fault = { fault: 'is not a Bitcoin address: it is misspelt, or its check does not fit' }
  const coding = /^bc1q/i.test(text) ? bech32 : bech32m
  const read = attempt(() => coding.decode(text as `${string}1${string}`, BECH32_MAX))
  const [version, ...rest] = read?.prefix === 'bc' ? read.words : []
  const program = attempt(() => coding.fromWords(rest))
  if (version === undefined || !program) return fault
  return isProgram(version, program.length) ? { address: text.toLowerCase() } : fault
}

/** Lengths in bytes: a hash of a key or a script (BIP 141), an output key (BIP 341), and what is still to come. */
function isProgram(version: number, length: number): boolean {
  if (version === 0) return [20, 32].includes(length)
  if (version === 1) return length === 32
  return version <= 16 && length >= 2 && length <= 40
}
const BECH32_MAX = 90

/** Kept with the check that EIP-55 puts into the case of its letters; where all letters are alike, it has none to look at. */
function readEvm(text: string): ReadAddress {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) return { fault: 'is not 0x and 40 hexadecimal digits' }
  const digits = text.slice(2)
  const address = `0x${withCheck(digits.toLowerCase())}`
  const isUnchecked = digits === digits.toLowerCase() || digits === digits.toUpperCase()
  return isUnchecked || text === address
    ? { address }
    : { fault: 'has small and capital letters that do not fit the check of EIP-55: look for a typing error' }
}

function withCheck(digits: string): string {
  const hash = bytesToHex(keccak_256(utf8ToBytes(digits)))
  return Array.from(digits, (digit, at) =>
    Number(`0x${hash.charAt(at)}`) > 7 ? digit.toUpperCase() : digit,
  ).join('')
}

/** A public key, which has no check of its own. */
function readSolana(text: string): ReadAddress {
  const key = text.length <= SOLANA_MAX ? attempt(() => base58.decode(text)) : undefined
  return key?.length === 32 ? { address: text } : { fault: 'is not a Solana address: 32 bytes in base 58' }
}
const SOLANA_MAX = 44

/** The coders throw at what they cannot read. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
