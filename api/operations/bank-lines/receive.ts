import { z } from 'zod'
import {
  listLinesByReference,
  readOutcomes,
  stateOfLine,
  type BankLineRow,
} from '#db/operations/bank-lines.ts'
import { inProject } from '#db/connection.ts'
import { coinFor, LINE_STATES } from '#domain/operations/bank-line.ts'
import { TURNED_AWAY, type State } from '#domain/operations/operation.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { readBank } from '../bank-fields.ts'
import { bookLine } from './book-line.ts'
import { creditLine, ownTopUpOf } from './credit-line.ts'
import { postedLine, readLines, type ReadLine } from './posted-line.ts'

const LINES_MAX = 500
/** Top-ups that are started at the same time. */
const HANDS = 8

const receivedSchema = z
  .strictObject({
    id: z.string().nullable(),
    reference: z.string(),
    state: z.enum(['matched', ...LINE_STATES, 'refused']).meta({
      description:
        'matched: a top-up takes it to the coin that it names. refused: the bank’s reference stands for another line. Else where its money is.',
    }),
    known: z.boolean().meta({ description: 'It was there before, and was not taken again' }),
    operationId: z
      .string()
      .nullable()
      .meta({ description: 'The operation that moves its money, or tried to' }),
    reason: z
      .string()
      .nullable()
      .meta({ description: 'The rule for which it stays where it is, by its name' }),
  })
  .meta({ id: 'ReceivedLine' })
type Received = z.infer<typeof receivedSchema>

export const receiveBankLines = endpoint({
  method: 'post',
  path: '/bank-lines',
  family: 'Suspense',
  summary: 'Take lines of a bank statement: money that has come in',
  description:
    'Each line is booked into suspense, once for each reference of the bank, and then credited by a top-up if its text names exactly one coin. The same call can be sent again at any time: it takes what was not taken, and starts what was not started.',
  access: 'BANK_LINE_MANAGER',
  body: z.strictObject({ bankId: text(64), lines: z.array(postedLine).min(1).max(LINES_MAX) }),
  answers: {
    200: {
      description: 'What became of each line, in the order of the call',
      body: z.strictObject({ status: z.literal('ok'), lines: z.array(receivedSchema) }),
    },
  },
  async handle({ body: { bankId, lines }, caller }, deps) {
    const submitBy = new Date(deps.now().getTime() + deps.answerWithinMs)
    const read = await inProject(deps.db, caller.projectId, async (trx) => {
      await readBank(trx, bankId)
      return readLines(trx, lines)
    })
    const rowsNow = () => readRows(deps, caller, { bankId, read })
    const before = await rowsNow()
    const fresh = read.filter(({ posted }) => !before.has(posted.reference))
    const booked = await Promise.all(fresh.map((line) => bookLine(deps, caller, { bankId, line })))
    const isNew = new Set(fresh.filter((_, i) => booked[i]))
    const rows = await rowsNow()
    const reasons = await creditLines(deps, caller, { read, rows, submitBy })
    const after = await rowsNow()
    const outcomes = await inProject(deps.db, caller.projectId, (trx) =>
      readOutcomes(trx, [...after.values()].map(ownTopUpOf)),
    )
    const received = read.map((line) => {
      const { reference } = line.posted
      const row = demandRow(after, reference)
      const own = outcomes.get(ownTopUpOf(row))
      return describe(line, { row, own, known: !isNew.has(line), reason: reasons.get(row.id) })
    })
    return { status: 200, body: { status: 'ok', lines: received } }
  },
})

type Rows = ReadonlyMap<string, BankLineRow>

async function readRows(
  { db }: ApiDeps,
  { projectId }: Caller,
  { bankId, read }: { bankId: string; read: readonly ReadLine[] },
): Promise<Rows> {
  const references = read.map(({ posted }) => posted.reference)
  const rows = await inProject(db, projectId, (trx) => listLinesByReference(trx, { bankId, references }))
  return new Map(rows.map((row) => [row.reference ?? '', row]))
}

/** Each line that is free and names a coin. @returns why others are not credited, by the line's id */
async function creditLines(
  deps: ApiDeps,
  caller: Caller,
  { read, rows, submitBy }: { read: readonly ReadLine[]; rows: Rows; submitBy: Date },
): Promise<Map<string, string>> {
  const reasons = new Map<string, string>()
  const waiting = [...read]
  const workOff = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const line = demandRow(rows, next.posted.reference)
      if (isOther(next, line) || stateOfLine(line) !== 'suspense') continue
      const match = coinFor(next.coins, { currency: line.code, issuerId: line.issuer_id })
      const reason =
        'coin' in match
          ? await creditLine(deps, caller, { line, coin: match.coin, submitBy })
          : match.unmatched
      if (reason !== undefined) reasons.set(line.id, reason)
    }
  }
  await Promise.all(Array.from({ length: HANDS }, workOff))
  return reasons
}

type Outcome = { readonly state: State; readonly refusal: string | null }

function describe(
  line: ReadLine,
  {
    row,
    own,
    known,
    reason = null,
  }: { row: BankLineRow; own: Outcome | undefined; known: boolean; reason: string | null | undefined },
): Received {
  const { reference } = line.posted
  if (isOther(line, row))
    return { id: null, reference, state: 'refused', known, operationId: null, reason: 'reference_taken' }
  const operationId = row.operation_id ?? (own ? ownTopUpOf(row) : null)
  const isTheirs = own !== undefined && !TURNED_AWAY.includes(own.state)
  return {
    id: row.id,
    reference,
    state: isTheirs ? 'matched' : stateOfLine(row),
    known,
    operationId,
    reason: own?.refusal ?? (own && !isTheirs ? own.state : reason),
  }
}

/** The bank's reference stands for a line that says something else. */
function isOther({ content }: ReadLine, row: BankLineRow): boolean {
  return row.content?.toString('hex') !== content
}

function demandRow(rows: Rows, reference: string): BankLineRow {
  const row = rows.get(reference)
  if (!row) throw new Error('a bank line was neither booked nor found')
  return row
}
