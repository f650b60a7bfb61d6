import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { bookAtOnceStep, type OperationFacts } from '#domain/operations/step.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'
import type { ReadLine } from './posted-line.ts'

/**
 * Line, operation and money in one step of the ledger: all of it is there, or nothing.
 * @returns false where the bank's reference was taken before; then nothing was done
 */
export async function bookLine(
  { ledger, newId }: ApiDeps,
  caller: Caller,
  { bankId, line }: { bankId: string; line: ReadLine },
): Promise<boolean> {
  const { amount, issuerId, content, posted } = line
  const lineId = newId('line')
  const same = { amount, senderAmount: amount, recipientAmount: amount, rules: NOTHING_PINNED }
  const facts: OperationFacts = {
    ...same,
    id: newId('op'),
    projectId: caller.projectId,
    kind: 'bank_line',
    needsDecision: false,
    coinId: null,
    counterCoinId: null,
    organizationId: caller.organizationId,
    issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: lineId,
  }
  const step = bookAtOnceStep(facts, {
    ...same,
    coin: null,
    counterCoin: null,
    issuer: issuerId,
    organization: caller.organizationId,
    bank: bankId,
    bankLine: lineId,
    newLine: {
      id: lineId,
      reference: posted.reference,
      text: posted.text,
      senderName: posted.senderName,
      senderIban: posted.senderIban,
      bookedAt: posted.bookedAt?.toISOString(),
    },
    askedBy: caller.personId,
    bodyHash: content,
  })
  const { outcome, refusal } = await ledger.apply(caller.projectId, step, 'api')
  if (outcome === 'refused' || outcome === 'late')
    throw new Error(`money that has arrived was not booked: ${refusal ?? outcome}`)
  return outcome !== 'unknown'
}
