import { auditChainHolds } from './audit.ts'
import {
  balancesEqualEntries,
  floorsHold,
  heldEqualsHolds,
  payoutTransitEqualsOpenPayouts,
  runningBalancesHold,
  suspenseEqualsOpenLines,
  transitIsEmpty,
} from './balances.ts'
import { bankAgreesOnAmounts, bankAgreesOnStates, bankHasNoOther, returnsAgree } from './bank.ts'
import { holdsFollowTheirOperation } from './holds.ts'
import { everythingSettles, nobodyIsAskedForTheBank, nothingIsLeftLying } from './liveness.ts'
import { oneOperationPerKey, oneVerdictPerKey } from './log-keys.ts'
import {
  acknowledgedIsThere,
  doneOnceAtMost,
  everyOperationWasAsked,
  refusedMovedNothing,
} from './log-operations.ts'
import { moneyMovesByTheStep, processedMovedOnce, turnedAwayLeavesNothing } from './movements.ts'
import {
  circulationChangesOpenly,
  issuersSumToZero,
  postingsStayInTheirIssuer,
  stepsSumToZero,
} from './postings.ts'
import type { Rule } from './run.ts'
import {
  expiresInTime,
  oneAuditRowPerStep,
  oneEnd,
  oneEventPerChange,
  onlyAllowedChanges,
  stepsMakeAChain,
} from './steps.ts'
import {
  checksAreRunning,
  noWorkflowFails,
  workflowsAgree,
  workflowsAreOfKnownOperations,
} from './workflows.ts'

export const RULES: readonly Rule[] = [
  acknowledgedIsThere,
  doneOnceAtMost,
  refusedMovedNothing,
  everyOperationWasAsked,
  oneOperationPerKey,
  oneVerdictPerKey,
  stepsSumToZero,
  issuersSumToZero,
  circulationChangesOpenly,
  postingsStayInTheirIssuer,
  balancesEqualEntries,
  runningBalancesHold,
  heldEqualsHolds,
  floorsHold,
  transitIsEmpty,
  payoutTransitEqualsOpenPayouts,
  suspenseEqualsOpenLines,
  moneyMovesByTheStep,
  turnedAwayLeavesNothing,
  processedMovedOnce,
  holdsFollowTheirOperation,
  stepsMakeAChain,
  onlyAllowedChanges,
  oneEnd,
  expiresInTime,
  oneEventPerChange,
  oneAuditRowPerStep,
  auditChainHolds,
  bankAgreesOnStates,
  bankHasNoOther,
  bankAgreesOnAmounts,
  returnsAgree,
  noWorkflowFails,
  workflowsAgree,
  workflowsAreOfKnownOperations,
  checksAreRunning,
  everythingSettles,
  nobodyIsAskedForTheBank,
  nothingIsLeftLying,
]
