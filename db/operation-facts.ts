import type { OperationFacts } from '#domain/step.ts'
import type { Database } from './connection.ts'

/** The facts of an operation and the words that name it for people. */
export type NamedFacts = OperationFacts & {
  readonly requestIdentifier: string
  readonly currency: string
  readonly fraction: number
  readonly returnOf: string | null
}

/** Undefined where nobody asked for such an operation. None of this ever changes. One round trip. */
export async function findOperationFacts(db: Database, operationId: string): Promise<NamedFacts | undefined> {
  const found = await db.raw<{ rows: { facts: (Omit<NamedFacts, 'amount'> & { amount: string }) | null }[] }>(
    'select operation_facts(?) as facts',
    [operationId],
  )
  const facts = found.rows[0]?.facts
  return facts ? { ...facts, amount: BigInt(facts.amount) } : undefined
}
