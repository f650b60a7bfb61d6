import { z, type ZodType } from 'zod'
import { inProject } from '#db/connection.ts'
import { findOperationByRequest } from '#db/operations.ts'
import type { Kind, Verb } from '#domain/operation.ts'
import { permissionToDecide } from '#domain/step.ts'
import { authorize } from '../authenticate.ts'
import { endpoint, type Caller, type Endpoint } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { decide } from './decide.ts'
import { decideAnswers } from './money-answers.ts'

export const requestIdentifierParams = z.object({
  requestIdentifier: z.string().regex(/^[1-9][0-9]{0,14}$/, 'must be the number of a request'),
})

const FAMILIES = { top_up: 'Bank top-ups', withdrawal: 'Bank withdrawals' } as const
/** Kinds that wait for people. */
export const KINDS = ['top_up', 'withdrawal'] as const

type Way = {
  /** Undefined: of whatever kind the request is. */
  readonly kind?: 'top_up' | 'withdrawal'
  readonly verb: Verb
  readonly path: string
  readonly summary: string
  /** What the person has to say besides the decision itself. */
  readonly body?: ZodType
}

/** Accept, decline and the bank's word typed in: one person decides on one request. */
export function decisionEndpoint(way: Way): Endpoint {
  return endpoint({
    method: 'post',
    path: way.path,
    family: way.kind === undefined ? 'Approval queue' : FAMILIES[way.kind],
    summary: way.summary,
    description:
      'Never by the one who asked. The same person deciding the same again gets the same answer, so no Idempotency-Key is needed; after the end all others get 409.',
    access: way.kind === undefined ? 'BUSINESS_REQUEST_VIEWER' : permissionToDecide(way.kind),
    params: requestIdentifierParams,
    ...(way.body ? { body: way.body } : {}),
    answers: decideAnswers,
    async handle({ params, body, caller }, deps) {
      const operation = await inProject(deps.db, caller.projectId, (trx) =>
        findOperationByRequest(trx, { ...params, kinds: way.kind === undefined ? KINDS : [way.kind] }),
      )
      if (!operation) throw notFound('requestIdentifier', 'request')
      demandRight(caller, operation.kind)
      return decide(deps, caller, { operation, verb: way.verb, detail: body as object | undefined })
    },
  })
}

/** Told apart here, so that a refusal costs no ticket; the step checks it again. */
export function demandRight(caller: Caller, kind: Kind): void {
  authorize(caller, permissionToDecide(kind))
}
