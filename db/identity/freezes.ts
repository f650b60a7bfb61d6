import type { Knex } from 'knex'

export const FREEZE_REASONS = ['AML', 'FRAUD', 'OTHER'] as const
export type FreezeReason = (typeof FREEZE_REASONS)[number]

/** What is held against a client. All null while they are not frozen; frozen_by also where screening froze them. */
export type Freeze = {
  frozen_at: Date | null
  frozen_reason: FreezeReason | null
  frozen_description: string | null
  frozen_by: string | null
}

/** Of one organization, as it is and as it stays until the transaction ends. */
export async function lockFreeze(trx: Knex, organizationId: string): Promise<Freeze | undefined> {
  return trx<Freeze & { id: string }>('organizations')
    .where('id', organizationId)
    .forNoKeyUpdate()
    .first('frozen_at', 'frozen_reason', 'frozen_description', 'frozen_by')
}

type NewFreeze = {
  readonly reason: FreezeReason
  readonly description: string | null
  readonly by: string
}

/** The caller holds the lock, and it is not frozen. When this ends nothing moves any more that was judged before it. */
export async function addFreeze(trx: Knex, organizationId: string, freeze: NewFreeze): Promise<void> {
  await trx('organizations').where('id', organizationId).update({
    frozen_at: trx.fn.now(),
    frozen_reason: freeze.reason,
    frozen_description: freeze.description,
    frozen_by: freeze.by,
    unfrozen_by: null,
  })
  await trx.raw('select await_steps_of(current_project(), ?)', [organizationId])
}

/** The database refuses it by whoever froze. */
export async function liftFreeze(trx: Knex, organizationId: string, by: string): Promise<void> {
  await trx('organizations').where('id', organizationId).update({
    frozen_at: null,
    frozen_reason: null,
    frozen_description: null,
    frozen_by: null,
    unfrozen_by: by,
  })
}
