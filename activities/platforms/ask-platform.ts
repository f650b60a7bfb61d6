import { addPlatformAnswer } from '#db/platforms/platform-answers.ts'
import type { OperationFacts } from '#domain/operations/step.ts'
import type { Platform, PayoutLookup } from '#domain/platforms/platform.ts'
import type { ActivityDeps } from '../deps.ts'

/** What a history may hold of a platform's answer: no words of its own, which may name people. */
export type PlatformAnswer =
  | {
      readonly kind: 'confirmed' | 'returned'
      readonly platformReference: string
      readonly at: string
      /** Of a trade, minor units as text. */
      readonly soldAmount?: string
      readonly boughtAmount?: string
    }
  /** ambiguous: a history without our references leaves open what became of it. */
  | { readonly kind: 'refused' | 'pending' | 'unknown' | 'absent' | 'ambiguous' }
  | { readonly kind: 'not_sent'; readonly retryAfterMs: number }

export function platformOf({ platforms }: ActivityDeps, facts: OperationFacts): Platform {
  const platform = platforms.get(facts.platform ?? '')
  if (!platform) throw new Error(`this worker has no platform ${facts.platform ?? ''}`)
  return platform
}

/** Keeps the whole answer in Postgres and lets through what the workflow may know. */
export async function keepAnswer(
  deps: ActivityDeps,
  facts: OperationFacts,
  asked: { call: 'send' | 'look_up'; answer: PayoutLookup },
): Promise<PlatformAnswer> {
  const { call, answer } = asked
  await addPlatformAnswer(deps.db, facts.projectId, {
    operationId: facts.id,
    call,
    kind: answer.kind,
    platformReference: 'platformReference' in answer ? answer.platformReference : undefined,
    reason: 'reason' in answer ? answer.reason : undefined,
  })
  return 'platformReference' in answer
    ? { kind: answer.kind, platformReference: answer.platformReference, at: answer.at }
    : { kind: answer.kind }
}
