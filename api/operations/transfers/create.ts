import type { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { findOperationByKey } from '#db/operations/operations.ts'
import { formatAmount } from '#domain/money.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { endpoint, type Caller, type Reply } from '../../http/endpoint.ts'
import { answerNow, askFor, submitNow, type Wish } from '../ask-for.ts'
import { asReplay, keyReused, readIdempotency, type Idempotency } from '../idempotency.ts'
import { askAnswers } from '../money-answers.ts'
import { pinBy, priceBy } from '../pin-rules.ts'
import { Problem, refusalProblem } from '../../http/problem.ts'
import { coinAndAmountOf } from '../wish-context.ts'
import { routeOf, transferBody, type Route } from './transfer-fields.ts'
import { transferOf } from './transfer-of.ts'

/**
 * Where no rule holds it back, one step of the ledger inside the request: key, operation and postings, or the refusal,
 * are written as one. Where a rule does, it becomes a workflow as every other operation.
 */
export const createTransfer = endpoint({
  method: 'post',
  path: '/transfers',
  family: 'Transfers',
  summary: 'Transfer between two coins of one issuer',
  description: 'Booked at once, unless a limit, a screening policy or an approval rule holds it back.',
  access: 'TRANSFER_EXECUTOR',
  idempotent: true,
  body: transferBody,
  answers: askAnswers,
  async handle({ body, caller, headers }, deps) {
    const idempotency = readIdempotency(headers, 'POST /transfers', body)
    const planned = await plan(deps, caller, body).catch((error: unknown) => {
      if (error instanceof Problem) return undefined
      throw error
    })
    if (!planned || planned.wish.rules.screening !== null || planned.wish.rules.approval !== null) {
      const wishOf = async () => (await plan(deps, caller, body)).wish
      return askFor(deps, caller, { wishOf, idempotency })
    }
    return bookAtOnce(deps, caller, { ...planned, idempotency, description: body.description })
  },
})

async function plan(
  deps: ApiDeps,
  caller: Caller,
  { amount: text, description, paymentTool: { srcValue, destValue } }: z.infer<typeof transferBody>,
) {
  const at = deps.now()
  const asked = { flow: 'transfer', coinSerial: srcValue, counterSerial: destValue, at } as const
  const facts = await deps.batched.wishFacts(caller.projectId, asked)
  const source = coinAndAmountOf(facts.coin, caller, { amount: text, parameter: 'paymentTool.srcValue' })
  const route = routeOf(source, facts.counterCoin)
  const { coin, counterCoin, amount } = route
  const { terms, charge } = priceBy(facts.terms, { amount })
  const { senderAmount, recipientAmount } = charge
  const common = { kind: 'transfer', amount, needsDecision: false } as const
  const wish = {
    ...common,
    coin: coin.id,
    counterCoin: counterCoin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    senderAmount,
    recipientAmount,
    rules: pinBy({ ...common, issuerId: coin.issuer_id, terms, at }, facts),
    party: { description },
    summary: `Transfer of ${formatAmount(amount, coin.fraction)} ${coin.code}`,
  }
  return { route, wish }
}

type AtOnce = {
  readonly route: Route
  readonly wish: Wish
  readonly idempotency: Idempotency
  readonly description: string | undefined
}

async function bookAtOnce(
  deps: ApiDeps,
  caller: Caller,
  { route, wish, idempotency, description }: AtOnce,
): Promise<Reply> {
  const { key, bodyHash } = idempotency
  const { amount, senderAmount, recipientAmount, rules } = wish
  const step = transferOf(deps, caller, {
    ...idempotency,
    amount,
    senderAmount,
    recipientAmount,
    rules,
    description,
    coin: route.coin,
    counterCoin: route.counterCoin,
    isMerchant: route.coin.organization_type === 'merchant',
  })
  const answer = await deps.ledger.apply(caller.projectId, step, 'api')
  if (answer.outcome !== 'unknown') {
    // Over a limit nothing was booked: it stays an intent, and its workflow takes it to anti-fraud.
    if (answer.refusal === 'limit_exceeded')
      return submitNow(deps, caller, {
        startable: {
          id: step.operation,
          kind: 'transfer',
          projectId: caller.projectId,
          platform: null,
          summary: wish.summary,
        },
        keep: key !== undefined,
      })
    if (answer.refusal !== null) throw refusalProblem(answer.refusal)
    return answerNow(deps, caller, { operation: step.operation, keep: key !== undefined })
  }
  // The key was there before: its operation stands, and its answer is given again.
  const earlier = await inProject(deps.db, caller.projectId, (trx) =>
    findOperationByKey(trx, { askedBy: caller.personId, key: key ?? '' }),
  )
  if (!earlier) throw new Error('a transfer was neither booked nor found under its key')
  if (earlier.body_hash?.toString('hex') !== bodyHash) throw keyReused()
  return asReplay(answerNow(deps, caller, { operation: earlier.id, keep: true }))
}
