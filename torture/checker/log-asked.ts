import { minorOf } from './amount.ts'
import { isGood, isRelease, recordOf, textOf, wishesIn, type Wish } from './exchanges.ts'
import { groupBy, indexBy } from './rows.ts'
import type { BankLine, Book, Coin, Finding, Issuer, Operation, Rule } from './run.ts'

/** What is in the book is what was asked for: kind, coin, amount to the minor unit, bank, and whose account. */
export const bookedAsAsked: Rule = {
  name: 'booked_as_asked',
  find: ({ book, exchanges }) => {
    const place = placeOf(book)
    const wished = groupBy(book.operations, ({ description }) => description)
    return wishesIn(exchanges)
      .filter((wish) => !isRelease(wish))
      .flatMap((wish) =>
        (wished.get(wish.mark) ?? []).flatMap((operation) => compare(wish, operation, place)),
      )
  },
}

/** A line of a statement is booked once, and as it was posted. */
export const linesAreBookedAsPosted: Rule = {
  name: 'lines_are_booked_as_posted',
  find: ({ book, exchanges }) => {
    const issuers = indexBy(book.issuers, ({ id }) => id)
    const booked = groupBy(book.lines, ({ bank_id, reference }) =>
      reference === null ? null : `${bank_id} ${reference}`,
    )
    return exchanges
      .filter((exchange) => exchange.path === '/bank-lines' && isGood(exchange))
      .flatMap(({ body }) => {
        const { bankId, lines } = recordOf(body)
        return (Array.isArray(lines) ? lines : []).flatMap((line): Finding[] => {
          const { reference, amount } = recordOf(line)
          const subject = `${String(bankId)} ${String(reference)}`
          const there = booked.get(subject) ?? []
          const fraction = issuers.get(there[0]?.issuer_id ?? '')?.fraction ?? 0
          if (there.length === 1 && there[0]?.amount === minorOf(textIn(amount), fraction)) return []
          const amounts = there.map((one) => one.amount).join(', ')
          return [{ subject, detail: `${String(amount)} was taken; booked: ${amounts || 'nothing'}` }]
        })
      })
  },
}

type Place = {
  /** What takes back an operation on a platform, by that operation. */
  readonly wayBack: ReadonlyMap<string, string>
  readonly coins: ReadonlyMap<string, Coin>
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly lines: ReadonlyMap<string, BankLine>
}

function placeOf(book: Book): Place {
  return {
    wayBack: new Map(
      book.operations.flatMap(({ id, kind }) => (WAYS_BACK[kind] ? [[id, WAYS_BACK[kind]]] : [])),
    ),
    coins: indexBy(book.coins, ({ serial }) => serial),
    issuers: indexBy(book.issuers, ({ id }) => id),
    lines: indexBy(book.lines, ({ id }) => id),
  }
}

/** What a platform did is taken back there, by the opposite. */
const WAYS_BACK: Readonly<Record<string, string>> = {
  platform_deposit: 'platform_withdrawal',
  platform_withdrawal: 'platform_deposit',
}

/** Of each fact what is due and what is there; what the wish leaves open is undefined. */
type Facts = Readonly<Record<string, readonly [due: unknown, there: unknown]>>

function compare(wish: Wish, operation: Operation, place: Place): Finding[] {
  const facts: Facts = { 'asked by': [wish.person, operation.asked_by], ...factsOf(wish, operation, place) }
  return Object.entries(facts)
    .filter(([, [due, there]]) => due !== undefined && due !== there)
    .map(([fact, [due, there]]) => ({
      subject: operation.id,
      detail: `${fact} should be ${String(due)} as asked in exchange ${wish.n}, and is ${String(there)}`,
    }))
}

function factsOf(wish: Wish, operation: Operation, place: Place): Facts {
  const [, family = '', about = '', verb = ''] = wish.path.split('/')
  const body = recordOf(wish.body)
  const fraction = place.issuers.get(operation.issuer_id)?.fraction ?? 0
  const amount = body['amount'] === undefined ? undefined : minorOf(textIn(body['amount']), fraction)
  const common = { amount: [amount, operation.amount] } as const
  switch (family) {
    case 'bank-top-ups':
      return { ...common, ...topUpFacts(body, { operation, place, isRequest: about === 'create-request' }) }
    case 'bank-withdrawals':
      return { ...common, ...withdrawalFacts(body, operation, place) }
    case 'transfers':
      return { ...common, ...transferFacts(body, operation, place) }
    case 'transactions':
      return {
        ...common,
        kind: [place.wayBack.get(about) ?? 'reversal', operation.kind],
        original: [about, operation.reversal_of],
      }
    case 'assets':
      return { ...common, ...orderFacts(body, { operation, asset: about, verb }) }
    case 'bank-lines':
      return lineFacts(body, { operation, place, line: about, verb })
    default:
      return { way: ['a known one', wish.path] }
  }
}

type Body = Readonly<Record<string, unknown>>

function topUpFacts(
  body: Body,
  { operation, place, isRequest }: { operation: Operation; place: Place; isRequest: boolean },
): Facts {
  return {
    kind: ['top_up', operation.kind],
    coin: [coinOf(body['coinSerial'], place), operation.coin_id],
    bank: [body['bankId'] ?? null, operation.bank_id],
    decision: [isRequest, operation.needs_decision],
    name: [body['fullName'] ?? null, operation.full_name],
  }
}

function withdrawalFacts(body: Body, operation: Operation, place: Place): Facts {
  const details = recordOf(body['bankDetails'] ?? body)
  return {
    kind: ['withdrawal', operation.kind],
    coin: [coinOf(body['coinSerial'] ?? body['coin'], place), operation.coin_id],
    bank: [body['bankId'], operation.bank_id],
    'bank account': [body['bankAccountId'], operation.bank_account_id],
    name: [details['fullName'], operation.full_name],
    iban: [textOf(details['iban'])?.replaceAll(' ', '').toUpperCase(), operation.iban],
  }
}

function transferFacts(body: Body, operation: Operation, place: Place): Facts {
  const tool = recordOf(body['paymentTool'])
  return {
    kind: ['transfer', operation.kind],
    coin: [coinOf(tool['srcValue'], place), operation.coin_id],
    recipient: [coinOf(tool['destValue'], place), operation.counter_coin_id],
  }
}

const ORDERS: Readonly<Record<string, string>> = {
  deposit: 'platform_deposit',
  withdraw: 'platform_withdrawal',
  trade: 'platform_trade',
}

function orderFacts(
  body: Body,
  { operation, asset, verb }: { operation: Operation; asset: string; verb: string },
): Facts {
  return {
    kind: [ORDERS[verb], operation.kind],
    asset: [asset, operation.coin_id],
    'bought asset': [body['buyAssetId'] ?? null, operation.counter_coin_id],
  }
}

function lineFacts(
  body: Body,
  { operation, place, line, verb }: { operation: Operation; place: Place; line: string; verb: string },
): Facts {
  return {
    kind: [verb === 'return' ? 'suspense_return' : 'top_up', operation.kind],
    line: [line, operation.bank_line_id],
    amount: [place.lines.get(line)?.amount, operation.amount],
    ...(verb === 'return' ? {} : { coin: [coinOf(body['coinSerial'], place), operation.coin_id] }),
  }
}

function coinOf(serial: unknown, { coins }: Place): string {
  return coins.get(String(serial))?.id ?? `no coin ${String(serial)}`
}

/** An amount may be asked for as a number of JSON, too. */
function textIn(value: unknown): string {
  return typeof value === 'number' ? String(value) : (textOf(value) ?? '')
}
