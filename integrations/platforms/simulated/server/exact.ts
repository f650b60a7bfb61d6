/** Amounts here are bigint with eighteen decimals, which is as many as any that is taken has. */
export const DECIMALS_MAX = 18
const ONE = 10n ** BigInt(DECIMALS_MAX)

/** @param text a plain decimal, a minus before it where it went out */
export function unitsOf(text: string): bigint {
  const [, sign, whole = '', decimals = ''] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? []
  const units = BigInt(whole + decimals.padEnd(DECIMALS_MAX, '0'))
  return sign === '-' ? -units : units
}

/** The shortest way of writing it: 12.5, not 12.50. */
export function plainOf(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(DECIMALS_MAX + 1, '0')
  const decimals = digits.slice(-DECIMALS_MAX).replace(/0+$/, '')
  return `${units < 0n ? '-' : ''}${digits.slice(0, -DECIMALS_MAX)}${decimals === '' ? '' : `.${decimals}`}`
}

/** Rounded down to so many decimals: what is left over stays with the platform. */
export function productOf(one: bigint, other: bigint, decimals: number): bigint {
  const step = 10n ** BigInt(DECIMALS_MAX - decimals)
  return ((one * other) / ONE / step) * step
}
