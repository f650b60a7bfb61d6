import type { Knex } from 'knex'
import type { PinnedRules } from '#domain/operations/pinned-rules.ts'
import type { WorkflowKind } from '#domain/operations/workflow-id.ts'

/** What was asked for. Personal data stands in `party` and goes nowhere else. */
export type Intent = {
  readonly id: string
  readonly kind: WorkflowKind
  readonly needsDecision: boolean
  readonly coin: string | null
  readonly counterCoin?: string
  readonly issuer: string
  readonly organization: string
  /** Minor units: what was asked for, what leaves the sender, what reaches the recipient. */
  readonly amount: bigint
  readonly senderAmount: bigint
  readonly recipientAmount: bigint
  readonly rules: PinnedRules
  readonly bank?: string
  readonly bankAccount?: string
  readonly bankLine?: string
  readonly platform?: string | null
  readonly askedBy?: string
  readonly key?: string | undefined
  readonly bodyHash?: string
  readonly returnOf?: string
  readonly returnReference?: string
  readonly reversalOf?: string
  /** Of a reversal: what is given back of the original's commission. */
  readonly commissionBack?: bigint
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
    [
      projectId,
      JSON.stringify(intent, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    ],
  )
  return found.rows[0].recorded
}
