import type { Knex } from 'knex'
import type { Kind } from '#domain/operation.ts'

/** What was asked for. Personal data stands in `party` and goes nowhere else. */
export type Intent = {
  readonly id: string
  readonly kind: Exclude<Kind, 'transfer'>
  readonly needsDecision: boolean
  readonly coin: string
  readonly issuer: string
  readonly organization: string
  readonly amount: bigint
  readonly bank?: string
  readonly platform?: string | null
  readonly askedBy?: string
  readonly key?: string | undefined
  readonly bodyHash?: string
  readonly returnOf?: string
  readonly returnReference?: string
  readonly party?: Party
}

export type Party = {
  readonly fullName?: string | undefined
  readonly iban?: string | undefined
  readonly accountNumber?: string | undefined
  readonly description?: string | undefined
  readonly bankDetails?: object | undefined
}

/** `isNew` false: the key, or the returned payout, was taken before, and this is that operation. */
export type Recorded = { readonly operation: string; readonly isNew: boolean; readonly sameBody: boolean }

/** Commits the wish in one round trip; from then on it happens, whatever crashes. */
export async function recordIntent(db: Knex, projectId: string, intent: Intent): Promise<Recorded> {
  const found = await db.raw<{ rows: [{ recorded: Recorded }] }>(
    'select record_intent(?, ?::jsonb) as recorded',
    [projectId, JSON.stringify({ ...intent, amount: intent.amount.toString() })],
  )
  return found.rows[0].recorded
}
