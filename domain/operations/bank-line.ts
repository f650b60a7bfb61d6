import { fitsCheckDigit, hasSerialForm } from '../accounts/coin-serial.ts'

/** Where the money of a line is: in suspense and free, spoken for by an operation, or where it belongs. */
export const LINE_STATES = ['suspense', 'claimed', 'settled'] as const
export type LineState = (typeof LINE_STATES)[number]

/** Why a line is not credited by itself. */
type Unmatched =
  | 'no_coin_named'
  | 'several_coins_named'
  | 'coin_of_another_currency'
  | 'coin_of_another_issuer'

type NamedCoin = { readonly serial: string; readonly issuer_id: string; readonly code: string }

/** The longest serial of ours: a prefix of 8, and 12 digits. */
const SERIAL_MAX = 20

/**
 * All that reads like a serial of ours in a bank's text. Serials begin and end where words do; inside, spaces, dashes and
 * line breaks do no harm, for people group digits and banks break lines, and small letters do none either.
 */
export function serialsIn(text: string): string[] {
  const found = new Set<string>()
  for (const stretch of text.normalize('NFKC').toUpperCase().split(OTHER)) {
    const words = stretch.split(GAP).filter((word) => word !== '')
    for (const start of words.keys()) collect(words.slice(start, start + SERIAL_MAX), found)
  }
  return [...found]
}
const OTHER = /[^A-Z0-9\s\p{Pd}]+/u
const GAP = /[\s\p{Pd}]+/u

function collect(words: readonly string[], found: Set<string>): void {
  let joined = ''
  for (const word of words) {
    joined += word
    if (joined.length > SERIAL_MAX) return
    if (hasSerialForm(joined) && fitsCheckDigit(joined)) found.add(joined)
  }
}

/**
 * The one coin that a line is for.
 * @param coins those of the project whose serials stand in its text
 * @param line its currency, and the issuer where that is settled
 */
export function coinFor<Coin extends NamedCoin>(
  coins: readonly Coin[],
  line: { readonly currency: string; readonly issuerId?: string | undefined },
): { readonly coin: Coin } | { readonly unmatched: Unmatched } {
  const [coin, another] = coins
  if (!coin) return { unmatched: 'no_coin_named' }
  if (another) return { unmatched: 'several_coins_named' }
  if (coin.code !== line.currency) return { unmatched: 'coin_of_another_currency' }
  if (line.issuerId !== undefined && coin.issuer_id !== line.issuerId)
    return { unmatched: 'coin_of_another_issuer' }
  return { coin }
}
