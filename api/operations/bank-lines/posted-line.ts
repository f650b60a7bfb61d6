import type { Knex } from 'knex'
import { z } from 'zod'
import { listCoinFacts, type CoinFacts } from '#db/accounts/coin-facts.ts'
import { listCurrencies, type CurrencyRow } from '#db/catalogue/currencies.ts'
import { listIssuers, type Issuer } from '#db/catalogue/issuers.ts'
import { coinFor, serialsIn } from '#domain/operations/bank-line.ts'
import { iban } from '../../catalogue/banks/iban.ts'
import { amountText, readAmount, text } from '../../http/fields.ts'
import { instant } from '../../http/instant.ts'
import { readIdempotency } from '../idempotency.ts'
import { badParameter, Problem, type ParameterError } from '../../http/problem.ts'

/** Banks break lines in it. */
const bankText = z
  .string()
  .trim()
  .max(1000)
  .refine((words) => !/[^\P{Cc}\t\r\n]/u.test(words), 'must not hold control characters but line breaks')

export const postedLine = z.strictObject({
  reference: text(140).meta({ description: 'The bank’s own name of the line: it is taken once' }),
  amount: amountText,
  currency: text(12),
  issuerId: text(64).optional().meta({
    description:
      'Without it the issuer of the coin that is named, or else the first active one of the currency',
  }),
  text: bankText.optional().meta({ description: 'Searched for the serial of a coin' }),
  senderName: text(140).optional(),
  senderIban: iban.optional(),
  bookedAt: instant.optional(),
})
type PostedLine = z.infer<typeof postedLine>

/** A line as it is to be booked. */
export type ReadLine = {
  readonly posted: PostedLine
  /** Minor units. */
  readonly amount: bigint
  readonly issuerId: string
  /** Coins of the project whose serials stand in the text. */
  readonly coins: readonly CoinFacts[]
  /** SHA-256 of what it says, hex. */
  readonly content: string
}

/** @throws Problem that names every parameter of every line that breaks a rule; then none is taken */
export async function readLines(trx: Knex, lines: readonly PostedLine[]): Promise<ReadLine[]> {
  const serials = lines.map((line) => serialsIn(line.text ?? ''))
  // Nothing is booked here on what a platform keeps: such a line waits for a person.
  const coins = (await listCoinFacts(trx, serials.flat())).filter(({ platform_id }) => platform_id === null)
  const known = {
    currencies: await listCurrencies(trx),
    issuers: await listIssuers(trx),
  }
  const errors: ParameterError[] = repeatedReferences(lines)
  const read: ReadLine[] = []
  for (const [i, posted] of lines.entries()) {
    const named = coins.filter(({ serial }) => serials[i]?.includes(serial))
    try {
      read.push(readLine(posted, { ...known, coins: named, at: `lines.${i}` }))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      errors.push(...error.errors)
    }
  }
  if (errors.length > 0)
    throw new Problem(400, 'validation_failed', {
      detail: `The lines break ${errors.length} rule(s); none was taken.`,
      errors,
    })
  return read
}

function repeatedReferences(lines: readonly PostedLine[]): ParameterError[] {
  const first = new Map<string, number>()
  return lines.flatMap(({ reference }, i) => {
    const before = first.get(reference)
    first.set(reference, before ?? i)
    const message = `is the reference of line ${before ?? i}, too`
    return before === undefined ? [] : [{ parameter: `lines.${i}.reference`, message }]
  })
}

type Known = {
  readonly currencies: readonly CurrencyRow[]
  readonly issuers: readonly Issuer[]
  readonly coins: readonly CoinFacts[]
  readonly at: string
}

function readLine(posted: PostedLine, { currencies, issuers, coins, at }: Known): ReadLine {
  const currency = currencies.find(({ code }) => code === posted.currency)
  if (!currency) throw badParameter(`${at}.currency`, 'is not the code of a currency')
  const amount = readAmount(posted.amount, currency, `${at}.amount`)
  const ofCurrency = issuers.filter(({ currency_id }) => currency_id === currency.id)
  const { reference, issuerId, text: words, senderName, senderIban, bookedAt } = posted
  if (issuerId !== undefined && !ofCurrency.some(({ id }) => id === issuerId))
    throw badParameter(`${at}.issuerId`, `is not the id of an issuer of ${currency.code}`)
  const match = coinFor(coins, { currency: currency.code })
  const chosen =
    issuerId ??
    ('coin' in match ? match.coin.issuer_id : undefined) ??
    ofCurrency.find(({ active }) => active)?.id
  if (chosen === undefined) throw badParameter(`${at}.currency`, 'has no active issuer')
  const said = {
    reference,
    issuerId,
    text: words,
    senderName,
    senderIban,
    amount: amount.toString(),
    currency: currency.code,
    bookedAt: bookedAt?.toISOString(),
  }
  const { bodyHash: content } = readIdempotency({}, 'bank line', said)
  return { posted, amount, issuerId: chosen, coins, content }
}
