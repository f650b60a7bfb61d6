import { z } from 'zod'

/** More than any currency has; what has more is not read rather than rounded. */
const DECIMALS_MAX = 36
const WRITTEN = /^(-?)([0-9]{1,40})(?:\.([0-9]{1,60}))?(?:[eE]([+-]?[0-9]{1,2}))?$/

/** A decimal however it is written, an exponent included; read as the shortest plain one: 12.5, not 1.250e1. */
export const decimal = z.string().transform((text, context) => {
  const units = unitsOf(text)
  if (units !== undefined) return plainOf(units)
  context.addIssue('is not a decimal')
  return z.NEVER
})

/** @param decimals each a plain decimal */
export function sumOfDecimals(decimals: readonly string[]): string {
  return plainOf(decimals.reduce((sum, one) => sum + (unitsOf(one) ?? notDecimal()), 0n))
}

export function negatedDecimal(plain: string): string {
  return plainOf(-(unitsOf(plain) ?? notDecimal()))
}

function unitsOf(text: string): bigint | undefined {
  const [, sign, whole, decimals = '', exponent = '0'] = WRITTEN.exec(text) ?? []
  if (whole === undefined) return undefined
  const shift = DECIMALS_MAX - decimals.length + Number(exponent)
  const digits = BigInt(whole + decimals)
  const divisor = 10n ** BigInt(Math.max(0, -shift))
  if (digits % divisor !== 0n) return undefined
  const units = (digits / divisor) * 10n ** BigInt(Math.max(0, shift))
  return sign === '-' ? -units : units
}

function plainOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(DECIMALS_MAX + 1, '0')
  const decimals = digits.slice(-DECIMALS_MAX).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -DECIMALS_MAX)}${decimals === '' ? '' : `.${decimals}`}`
}

function notDecimal(): never {
  throw new TypeError('not a plain decimal')
}
