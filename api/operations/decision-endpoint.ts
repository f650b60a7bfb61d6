import { z, type ZodType } from 'zod'
import { inProject } from '#db/connection.ts'
import { findOperationByRequest, type OperationRow } from '#db/operations/operations.ts'
import { ORDER_KINDS, STATES, type Kind, type Verb } from '#domain/operations/operation.ts'
import { endpoint, type Endpoint } from '../http/endpoint.ts'
import { text } from '../http/fields.ts'
import { badParameter, conflict, notFound } from '../http/problem.ts'
import { decide } from './decide.ts'
import { decideAnswers } from './money-answers.ts'

export const requestIdentifierParams = z.object({
  requestIdentifier: z.string().regex(/^[1-9][0-9]{0,14}$/, 'must be the number of a request'),
})

const FAMILIES = { top_up: 'Bank top-ups', withdrawal: 'Bank withdrawals' } as const
/** Kinds that wait for people. */
export const KINDS = [
  'top_up',
  'withdrawal',
  'transfer',
  'reversal',
  'suspense_return',
  ...ORDER_KINDS,
  'opening_balance',
] as const satisfies readonly Kind[]

type Way = {
  /** Undefined: of whatever kind the request is. */
  readonly kind?: 'top_up' | 'withdrawal'
  readonly verb: Verb | ((operation: OperationRow) => Verb)
  readonly path: string
  readonly summary: string
  /** What the person has to say besides the decision itself. */
  readonly body?: z.ZodObject
}

const common = {
  reason: text(500).optional().meta({ description: 'Needed to clear or to reject' }),
  phase: z.enum(STATES).optional().meta({
    description: 'The phase that was shown; refused where the operation is in another one by now',
  }),
}

/** Accept, decline and the bank's word typed in: one person decides on one request. */
export function decisionEndpoint(way: Way): Endpoint {
  const schema: ZodType<Detail> = (way.body ?? z.strictObject({})).extend(
    way.body && 'reason' in way.body.shape ? { phase: common.phase } : common,
  ) as never
  return endpoint({
    method: 'post',
    path: way.path,
    family: way.kind === undefined ? 'Approval queue' : FAMILIES[way.kind],
    summary: way.summary,
    description:
      'Never by the one who asked. The same person deciding the same again gets the same answer, so no Idempotency-Key is needed; after the end all others get 409.',
    // Who may decide is what the rule pinned to the operation says, and that can be any staff role.
    access: 'BUSINESS_REQUEST_VIEWER',
    params: requestIdentifierParams,
    body: schema,
    answers: decideAnswers,
    async handle({ params, body, caller }, deps) {
      const operation = await inProject(deps.db, caller.projectId, (trx) =>
        findOperationByRequest(trx, { ...params, kinds: way.kind === undefined ? KINDS : [way.kind] }),
      )
      if (!operation) throw notFound('requestIdentifier', 'request')
      const { phase, ...detail } = body
      if (phase !== undefined && phase !== operation.state)
        throw conflict(
          'changed_meanwhile',
          'phase',
          `was shown as ${phase}, and the operation is ${operation.state} now; look at it again`,
        )
      const verb = typeof way.verb === 'function' ? way.verb(operation) : way.verb
      demandReason(verb, detail.reason)
      return decide(deps, caller, { operation, verb, detail })
    },
  })
}

type Detail = { readonly reason?: string; readonly phase?: OperationRow['state'] }

/** Specialists say why. */
export function demandReason(verb: Verb, reason: string | undefined): void {
  if ((verb === 'clear' || verb === 'reject') && reason === undefined)
    throw badParameter('reason', `is needed to ${verb}`)
}
