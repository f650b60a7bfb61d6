const DECIMAL = /^(\d+)(?:\.(\d+))?$/

/** A plain decimal in whole minor units; undefined where the text is none, or has decimals that the currency lacks. */
export function minorOf(text: string, fraction: number): bigint | undefined {
  const [, whole, decimals = ''] = DECIMAL.exec(text) ?? []
  if (whole === undefined || decimals.length > fraction) return undefined
  return BigInt(whole) * 10n ** BigInt(fraction) + BigInt(decimals.padEnd(fraction, '0') || '0')
}

/** The same with a sign: what a platform has moved. */
export function signedMinorOf(text: string, fraction: number): bigint | undefined {
  const minor = minorOf(text.replace(/^-/, ''), fraction)
  return minor !== undefined && text.startsWith('-') ? -minor : minor
}
