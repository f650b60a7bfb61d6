import { inProject } from '#db/connection.ts'
import { findOperationByKey } from '#db/operations.ts'
import { endpoint } from '../endpoint.ts'
import { answerNow } from '../operations/ask-for.ts'
import { asReplay, keyReused, readIdempotency } from '../operations/idempotency.ts'
import { askAnswers } from '../operations/money-answers.ts'
import { refusalProblem } from '../problem.ts'
import { readRoute, transferBody } from './transfer-fields.ts'
import { transferOf } from './transfer-of.ts'

/** One step of the ledger inside the request: key, operation and postings, or the refusal, are written as one. */
export const createTransfer = endpoint({
  method: 'post',
  path: '/transfers',
  family: 'Transfers',
  summary: 'Transfer between two coins of one issuer',
  access: 'TRANSFER_EXECUTOR',
  idempotent: true,
  body: transferBody,
  answers: askAnswers,
  async handle({ body, caller, headers }, deps) {
    const idempotency = readIdempotency(headers, 'POST /transfers', body)
    const { key, bodyHash } = idempotency
    const route = await inProject(deps.db, caller.projectId, (trx) => readRoute(trx, caller, body))
    const step = transferOf(deps, caller, { ...route, ...idempotency, description: body.description })
    const answer = await deps.ledger.apply(caller.projectId, step, 'api')
    if (answer.outcome !== 'unknown') {
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
  },
})
