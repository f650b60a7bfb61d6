import { isCoinClosed } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import { recordIntent } from '#db/operations/intents.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { findOperation, markNeedsAttention } from '#db/operations/operations.ts'
import { readPayout } from '#db/operations/payouts.ts'
import { findInboxReturn, setInboxOutcome } from '#db/platforms/inbox.ts'
import { parseAmount } from '#domain/money.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { isPaidOut } from '#domain/operations/step.ts'
import type { PayoutReturn } from '#domain/platforms/platform.ts'
import type { ActivityDeps } from '../deps.ts'
import { platformOf } from './ask-platform.ts'

/**
 * opened: there is now an operation for it. taken: another call told of the same return, and has it.
 * not_returned: the platform does not say so (yet). unknown: nothing of ours.
 */
export type OpenedReturn = { readonly kind: 'opened' | 'taken' | 'not_returned' | 'unknown' }

/** Safe to repeat: a return is recorded once, by the platform's own reference of it. */
export function openReturn(deps: ActivityDeps) {
  return async ({ operation }: { readonly operation: string }): Promise<OpenedReturn> => {
    const call = await findInboxReturn(deps.db, operation)
    const original = call && (await findOperationFacts(deps.db, call.reference))
    // A platform can only give back what was paid out through it.
    if (!call || !original || !isPaidOut(original.kind) || original.platform !== call.platform)
      return { kind: 'unknown' }
    const answer = await platformOf(deps, original).lookUp(
      await readPayout(deps.db, original.projectId, original.id),
    )
    const kind =
      answer.kind === 'returned'
        ? await record(deps, {
            operation,
            originalId: original.id,
            projectId: original.projectId,
            found: answer.returned,
          })
        : 'not_returned'
    await inProject(deps.db, original.projectId, (trx) => setInboxOutcome(trx, call.id, kind))
    return { kind }
  }
}

/** The money is the client's all the same; a person has to find out where it should go. */
const CLOSED_MEANWHILE = 'The payout came back to a coin that was closed meanwhile.'

type Found = {
  readonly operation: string
  readonly originalId: string
  readonly projectId: string
  readonly found: PayoutReturn
}

async function record(
  { db }: ActivityDeps,
  { operation, originalId, projectId, found }: Found,
): Promise<OpenedReturn['kind']> {
  const original = await inProject(db, projectId, (trx) => findOperation(trx, originalId))
  if (!original) return 'unknown'
  const { coin_id: coin, bank_line_id: bankLine } = original
  const amount = parseAmount(found.amount, { code: original.currency_code, fraction: original.fraction })
  if ('problem' in amount || found.currency !== original.currency_code) return 'not_returned'
  const recorded = await recordIntent(db, projectId, {
    id: operation,
    kind: 'return',
    needsDecision: false,
    coin,
    issuer: original.issuer_id,
    organization: original.organization_id,
    amount: amount.minor,
    senderAmount: amount.minor,
    recipientAmount: amount.minor,
    rules: NOTHING_PINNED,
    platform: original.platform,
    returnOf: originalId,
    returnReference: found.returnReference,
    // It came out of suspense, and goes there again as another line.
    ...(coin === null && bankLine !== null ? { bankLine } : {}),
  })
  if (recorded.operation !== operation) return 'taken'
  await inProject(db, projectId, async (trx) => {
    if (coin !== null && (await isCoinClosed(trx, coin)))
      await markNeedsAttention(trx, operation, CLOSED_MEANWHILE)
  })
  return 'opened'
}
