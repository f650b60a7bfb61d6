import { z } from 'zod'
import type {
  Connection,
  EntryPage,
  HeldBalance,
  HeldEntry,
  Order,
  OrderOutcome,
  Place,
} from '#domain/platforms/holding-platform.ts'
import type { ExactAnswer } from '../exact-answer.ts'
import { decimal, negatedDecimal } from '../exact-decimal.ts'
import { spacedTime } from '../spaced-time.ts'

/** In or out, as the history's STATUS 1; that `work_type` means the same is inferred, nothing names its values. */
const IN_OR_OUT = '1'
/** Insufficient rights, which a key that the server does not know has as well. */
const NO_RIGHT = '601'

const reply = z.discriminatedUnion('result', [
  z.object({ result: z.literal('success'), values: z.unknown().optional() }),
  z.object({
    result: z.literal('failed'),
    error_number: z
      .string()
      .regex(/^[0-9]{1,9}$/)
      .optional(),
    // An empty one is an empty list: the other side is written in PHP.
    errors: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
  }),
])

type Heard =
  | { readonly kind: 'success'; readonly values: unknown }
  /** `named` are the fields that it finds fault with. */
  | { readonly kind: 'failed'; readonly number: string; readonly named: readonly string[] }
  | { readonly kind: 'unknown'; readonly reason: string }

/** Only 200 with a result that is one of the two is an answer. What the other side writes in words is never passed on. */
function hear(answer: ExactAnswer): Heard {
  if (answer.kind !== 'answered') return unknown(answer.reason)
  const { data } = answer.status === 200 ? reply.safeParse(answer.body) : { data: undefined }
  if (!data) return unknown(`unexpected answer: ${answer.status}`)
  if (data.result === 'success') return { kind: 'success', values: data.values }
  const named = Array.isArray(data.errors) ? [] : Object.keys(data.errors ?? {})
  return { kind: 'failed', number: data.error_number ?? 'none', named }
}

const FIELDS = ['account_id', 'work_type', 'value'] as const

/** The comment is for people's eyes: no list gives it back. A negative value takes out; that too is inferred. */
export function toDeposit({ account, type, amount, reference }: Order) {
  return {
    account_id: account,
    work_type: IN_OR_OUT,
    value: type === 'withdrawal' ? negatedDecimal(amount) : amount,
    comment: reference,
  }
}

/**
 * It is refused only where a field that we sent is found fault with. Without the right nothing was done, and the same may be
 * sent once the key is put right; any other failure may have happened on the way, after the money had moved.
 */
export function toOutcome(answer: ExactAnswer, now: Date): OrderOutcome {
  if (answer.kind === 'not_sent') return answer
  const heard = hear(answer)
  if (heard.kind === 'unknown') return heard
  if (heard.kind === 'success') return { kind: 'confirmed', platformReference: '', at: now.toISOString() }
  if (heard.number === NO_RIGHT) return { kind: 'not_sent', reason: `error ${NO_RIGHT}: no right to this` }
  const wrong = FIELDS.filter((field) => heard.named.includes(field))
  if (wrong.length === 0) return unknown(`error ${heard.number}`)
  return { kind: 'refused', reason: `error ${heard.number}: ${wrong.join(', ')}` }
}

const info = z.object({ server_account: z.string(), balance: decimal })

export function toBalance({ account }: Place, answer: ExactAnswer): HeldBalance {
  const heard = hear(answer)
  if (heard.kind === 'unknown') return heard
  if (heard.kind === 'failed')
    return heard.named.includes('server_account')
      ? { kind: 'no_such_account' }
      : unknown(`error ${heard.number}`)
  const { data } = info.safeParse(heard.values)
  if (!data) return unknown('unexpected values')
  return data.server_account === account
    ? { kind: 'known', balance: data.balance }
    : unknown('the answer is about another account')
}

function depositsAt(account: string) {
  return z.array(
    z.object({
      OPERATION_DATE: z.string(),
      SERVER_ACCOUNT: z.literal(account),
      EQUITY: decimal,
      STATUS: z.string().regex(/^[0-9]{1,4}$/),
    }),
  )
}

type Asked = Place & { readonly since: Date; readonly page: string | null; readonly offset: string }

/**
 * All of it comes at once. An entry has no id: what it is is its id, and a number where several are the same, counted
 * over the whole list so that it does not depend on what was asked. Which of two equal ones is which makes no difference.
 *
 * Its time is whole seconds, rounded down: who lists on from a time of our own clock has to begin a second earlier.
 */
export function toEntryPage({ account, since, page, offset }: Asked, answer: ExactAnswer): EntryPage {
  if (page !== null) return unknown('there is one page only')
  const heard = hear(answer)
  if (heard.kind === 'unknown') return heard
  if (heard.kind === 'failed')
    // An account that never was has moved nothing.
    return heard.named.includes('account_id')
      ? { kind: 'listed', entries: [], next: null }
      : unknown(`error ${heard.number}`)
  const { data } = depositsAt(account).safeParse(heard.values)
  const entries = data && toEntries(data, spacedTime(offset))
  if (!entries) return unknown('unexpected values')
  return {
    kind: 'listed',
    entries: entries
      .filter(({ at }) => Date.parse(at) >= since.getTime())
      .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
    next: null,
  }
}

/** Ids are of the time as it is written there: another offset in the settings makes no other entries. */
function toEntries(
  data: z.infer<ReturnType<typeof depositsAt>>,
  time: ReturnType<typeof spacedTime>,
): HeldEntry[] | undefined {
  const seen = new Map<string, number>()
  const entries: HeldEntry[] = []
  for (const { OPERATION_DATE: date, EQUITY: amount, STATUS: status } of data) {
    const at = time.safeParse(date).data
    if (at === undefined) return undefined
    const what = `${date}/${amount}/${status}`
    const ordinal = (seen.get(what) ?? 0) + 1
    seen.set(what, ordinal)
    entries.push({ entryId: `${what}/${ordinal}`, reference: null, amount, at, what: wordOf(status, amount) })
  }
  return entries
}

function wordOf(status: string, amount: string): string {
  if (status === '1') return amount.startsWith('-') ? 'withdrawal' : 'deposit'
  if (status === '2') return 'transfer'
  return status === '3' ? 'bonus' : `status ${status}`
}

export function toConnection(answer: ExactAnswer): Connection {
  const heard = hear(answer)
  if (heard.kind === 'success') return { kind: 'ok' }
  if (heard.kind === 'unknown') return heard
  return heard.number === NO_RIGHT
    ? { kind: 'refused', reason: `error ${NO_RIGHT}: no right to this` }
    : unknown(`error ${heard.number}`)
}

function unknown(reason: string): { kind: 'unknown'; reason: string } {
  return { kind: 'unknown', reason }
}
