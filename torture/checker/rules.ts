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
import { linesFollowTheirOperation } from './bank-lines.ts'
import { bankAgreesOnAmounts, bankAgreesOnStates, bankHasNoOther, returnsAgree } from './bank.ts'
import { commissionIsByTheContract } from './commission.ts'
import { correctionsStayWithin } from './corrections.ts'
import { decidersMay, decisionsTookEffect, fourEyes, ticketsAreUsedOnce } from './decisions.ts'
import { holdsFollowTheirOperation } from './holds.ts'
import { limitsAddUp, limitsAreKept, limitsAreOfTheContract, limitsAreTakenOnce } from './limits.ts'
import {
  everythingSettles,
  nobodyIsAskedForTheBank,
  nothingIsLeftLying,
  nothingWaitsBeyondItsTime,
} from './liveness.ts'
import {
  answersStayTrue,
  decisionsHeardAreTrue,
  nothingIsAFault,
  onlyDecisionsSentCount,
} from './log-answers.ts'
import { bookedAsAsked, linesAreBookedAsPosted } from './log-asked.ts'
import { oneOperationPerKey, oneVerdictPerKey } from './log-keys.ts'
import {
  acknowledgedIsThere,
  doneOnceAtMost,
  everyOperationWasAsked,
  refusedMovedNothing,
} from './log-operations.ts'
import { moneyMovesByTheStep, processedMovedOnce, turnedAwayLeavesNothing } from './movements.ts'
import { banksWordSettles, onlyAbsentIsResent, onlyApprovedAccountsArePaid } from './payouts.ts'
import {
  circulationChangesOpenly,
  issuersSumToZero,
  postingsStayInTheirIssuer,
  stepsSumToZero,
} from './postings.ts'
import { approvalIsByTheRule, quorumBeforeMoney } from './quorum.ts'
import type { Rule } from './run.ts'
import {
  mirrorsEqualThePlatform,
  mirrorsMoveOnItsWord,
  ordersAreBookedAsThere,
  ownMovementsAreBookedOnce,
  platformAgreesOnStates,
  platformHasNoOther,
} from './held.ts'
import { noBreakIsUnexplained, nobodyIsAskedForThePlatform, oddCallsAreBeforePeople } from './odd-calls.ts'
import {
  checksComeToTheVerdict,
  frozenClientsRest,
  hitsFreeze,
  nothingPassesUnscreened,
  policiesAreFollowed,
} from './screening.ts'
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
  historiesHoldNoPersonalData,
  noWorkflowFails,
  workflowsAgree,
  workflowsAreOfKnownOperations,
} from './workflows.ts'

/** Every rule that a run is judged by. */
export const RULES: readonly Rule[] = [
  acknowledgedIsThere,
  doneOnceAtMost,
  refusedMovedNothing,
  everyOperationWasAsked,
  oneOperationPerKey,
  oneVerdictPerKey,
  bookedAsAsked,
  linesAreBookedAsPosted,
  answersStayTrue,
  nothingIsAFault,
  decisionsHeardAreTrue,
  onlyDecisionsSentCount,
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
  linesFollowTheirOperation,
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
  fourEyes,
  ticketsAreUsedOnce,
  decisionsTookEffect,
  decidersMay,
  quorumBeforeMoney,
  approvalIsByTheRule,
  limitsAddUp,
  limitsAreTakenOnce,
  limitsAreKept,
  limitsAreOfTheContract,
  checksComeToTheVerdict,
  nothingPassesUnscreened,
  policiesAreFollowed,
  hitsFreeze,
  frozenClientsRest,
  commissionIsByTheContract,
  correctionsStayWithin,
  onlyAbsentIsResent,
  banksWordSettles,
  onlyApprovedAccountsArePaid,
  bankAgreesOnStates,
  bankHasNoOther,
  bankAgreesOnAmounts,
  returnsAgree,
  platformAgreesOnStates,
  platformHasNoOther,
  ordersAreBookedAsThere,
  ownMovementsAreBookedOnce,
  mirrorsMoveOnItsWord,
  mirrorsEqualThePlatform,
  oddCallsAreBeforePeople,
  noBreakIsUnexplained,
  nobodyIsAskedForThePlatform,
  noWorkflowFails,
  workflowsAgree,
  workflowsAreOfKnownOperations,
  checksAreRunning,
  historiesHoldNoPersonalData,
  everythingSettles,
  nothingWaitsBeyondItsTime,
  nobodyIsAskedForTheBank,
  nothingIsLeftLying,
]
