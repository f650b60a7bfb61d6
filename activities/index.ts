import { beginScreening } from './screening/begin-screening.ts'
import { decideOperation } from './operations/decide-operation.ts'
import type { ActivityDeps } from './deps.ts'
import { expireDecision } from './operations/expire-decision.ts'
import { findReturnPlatform } from './platforms/find-return-platform.ts'
import { lookUpOrder } from './platforms/look-up-order.ts'
import { markAttention } from './operations/mark-attention.ts'
import { openReturn } from './platforms/open-return.ts'
import { readStanding } from './operations/read-standing.ts'
import { recordScreening } from './screening/record-screening.ts'
import { recordOrder } from './operations/record-order.ts'
import { registerOperation, type Registered } from './operations/register-operation.ts'
import { screenOperation } from './screening/screen-operation.ts'
import { syncAsset } from './platforms/sync-asset.ts'
import { sendOrder } from './platforms/send-order.ts'

export type { Registered }
export type { PlatformAnswer } from './platforms/ask-platform.ts'

/** Steps of the book: Postgres only, run inside the workflow task. */
export function createBookActivities(deps: ActivityDeps) {
  return {
    registerOperation: registerOperation(deps),
    decideOperation: decideOperation(deps),
    expireDecision: expireDecision(deps),
    readStanding: readStanding(deps),
    beginScreening: beginScreening(deps),
    recordScreening: recordScreening(deps),
    recordOrder: recordOrder(deps),
    markAttention: markAttention(deps),
    findReturnPlatform: findReturnPlatform(deps),
  }
}
export type BookActivities = ReturnType<typeof createBookActivities>

/** Calls to the outside, each on its platform's own queue. */
export function createPlatformActivities(deps: ActivityDeps) {
  return {
    sendOrder: sendOrder(deps),
    lookUpOrder: lookUpOrder(deps),
    openReturn: openReturn(deps),
    syncAsset: syncAsset(deps),
  }
}
/** Questions to those who screen, on a queue of their own. */
export function createScreeningActivities(deps: ActivityDeps) {
  return { screenOperation: screenOperation(deps) }
}
export type ScreeningActivities = ReturnType<typeof createScreeningActivities>

export type PlatformActivities = ReturnType<typeof createPlatformActivities>
