import type { OperationFacts } from '#domain/operations/step.ts'
import type { Database } from '../connection.ts'

/** The facts of an operation and the words that name it for people. */
export type NamedFacts = OperationFacts & {
  readonly requestIdentifier: string
  readonly currency: string
  readonly fraction: number
  readonly returnOf: string | null
  /** Of a trade: the currency that is bought. */
  readonly counterCurrency: string | null
  readonly counterFraction: number | null
}

const AMOUNTS = ['amount', 'senderAmount', 'recipientAmount', 'commissionBack'] as const
type Amounts = Record<(typeof AMOUNTS)[number], bigint>
type Stored = Omit<NamedFacts, keyof Amounts> & Record<keyof Amounts, string>

/** Undefined where nobody asked for such an operation. None of this ever changes. One round trip. */
export async function findOperationFacts(db: Database, operationId: string): Promise<NamedFacts | undefined> {
  const found = await db.raw<{ rows: { facts: Stored | null }[] }>('select operation_facts(?) as facts', [
    operationId,
  ])
  const facts = found.rows[0]?.facts
  if (!facts) return undefined
  const amounts = Object.fromEntries(AMOUNTS.map((name) => [name, BigInt(facts[name])])) as Amounts
  return { ...facts, ...amounts }
}
