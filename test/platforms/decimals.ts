const PLAIN = /^(-?)([0-9]+)(?:\.([0-9]+))?$/
const FRACTION = 24

/** Exact, whatever number of decimals each has. @throws for what is no plain decimal. */
function minorOf(text: string): bigint {
  const match = PLAIN.exec(text)
  if (!match) throw new Error(`not a plain decimal: ${text}`)
  const [, sign, whole = '', decimals = ''] = match
  if (decimals.length > FRACTION) throw new Error(`too many decimals: ${text}`)
  const minor = BigInt(whole + decimals.padEnd(FRACTION, '0'))
  return sign === '-' ? -minor : minor
}

/** The shortest way of writing the sum: 1.50 and 0.5 are 2. */
export function sumOf(amounts: readonly string[]): string {
  const sum = amounts.reduce((total, amount) => total + minorOf(amount), 0n)
  const digits = (sum < 0n ? -sum : sum).toString().padStart(FRACTION + 1, '0')
  const decimals = digits.slice(-FRACTION).replace(/0+$/, '')
  const whole = digits.slice(0, -FRACTION)
  return `${sum < 0n ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`
}

export function negated(amount: string): string {
  return sumOf([amount.startsWith('-') ? amount.slice(1) : `-${amount}`])
}
