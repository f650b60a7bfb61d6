import { explainRefusal, type Refusal } from '#domain/operations/refusal.ts'
import type { FaultCode, Found, RuleFault } from '#domain/rule-fault.ts'

export type ParameterError = { readonly parameter: string; readonly message: string }

/** A refusal on its way to an HTTP answer (RFC 9457). It names the rule and, where there is one, the parameter. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: readonly ParameterError[]
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    more: { detail: string; errors?: readonly ParameterError[]; headers?: Record<string, string> },
  ) {
    super(more.detail)
    this.status = status
    this.code = code
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
  }
}

/** One parameter that breaks one rule. */
export function badParameter(parameter: string, message: string): Problem {
  return new Problem(400, 'validation_failed', {
    detail: `${parameter}: ${message}`,
    errors: [{ parameter, message }],
  })
}

export function notFound(parameter: string, what: string): Problem {
  const message = `There is no such ${what}.`
  return new Problem(404, 'not_found', { detail: message, errors: [{ parameter, message }] })
}

/** Something that has to be unique is taken, or the thing is no longer in the state that the call needs. */
export function conflict(code: string, parameter: string, message: string): Problem {
  return new Problem(409, code, { detail: message, errors: [{ parameter, message }] })
}

export function forbidden(detail: string): Problem {
  return new Problem(403, 'forbidden', { detail, errors: [{ parameter: 'Authorization', message: detail }] })
}

/** Temporal is away, and nothing was taken that it could make up for later. */
export function notStarted(what: string): Problem {
  return new Problem(503, 'unavailable', {
    detail: `The ${what} could not be started; try again.`,
    headers: { 'Retry-After': '5' },
  })
}

/** A rule that imports keep as well, broken by one call. */
export function faultProblem({ code, parameter, message }: RuleFault): Problem {
  const detail = code === 'validation_failed' ? `${parameter}: ${message}` : message
  return new Problem(FAULT_STATUS[code], code, { detail, errors: [{ parameter, message }] })
}

/** @throws Problem of the rule that is broken */
export function demandFound<Value>(found: Found<Value>): Value {
  if ('fault' in found) throw faultProblem(found.fault)
  return found.value
}

const FAULT_STATUS: Readonly<Record<FaultCode, number>> = {
  validation_failed: 400,
  not_found: 404,
  currency_inactive: 422,
  external_id_taken: 409,
  account_differs: 409,
  asset_exists: 409,
  place_taken: 409,
}

/** The one table from the book's refusals to HTTP. `coin`: the parameter by which the call names a coin, or the asset that it is. */
export function refusalProblem(refusal: Refusal, coin = COIN): Problem {
  const { status, parameter: usual } = REFUSED[refusal]
  const parameter = usual === COIN ? coin : usual
  const message = explainRefusal(refusal)
  return new Problem(status, refusal, {
    detail: message,
    errors: [{ parameter, message }],
  })
}

const COIN = 'coinSerial'

const REFUSED: Readonly<Record<Refusal, { status: number; parameter: string }>> = {
  operation_unknown: { status: 404, parameter: 'requestIdentifier' },
  operation_of_another_kind: { status: 409, parameter: 'requestIdentifier' },
  ticket_unknown: { status: 404, parameter: 'ticket' },
  ticket_for_another_decision: { status: 409, parameter: 'ticket' },
  already_decided: { status: 409, parameter: 'requestIdentifier' },
  ticket_expired: { status: 409, parameter: 'ticket' },
  decider_not_permitted: { status: 403, parameter: 'Authorization' },
  decider_is_the_asker: { status: 403, parameter: 'requestIdentifier' },
  original_not_processed: { status: 409, parameter: 'requestIdentifier' },
  return_exceeds_original: { status: 409, parameter: 'amount' },
  reversal_exceeds_original: { status: 409, parameter: 'amount' },
  reversal_outdated: { status: 409, parameter: 'amount' },
  bank_line_taken: { status: 409, parameter: 'id' },
  coin_inactive: { status: 422, parameter: COIN },
  client_frozen: { status: 422, parameter: COIN },
  bank_account_not_approved: { status: 422, parameter: 'bankAccountId' },
  limit_exceeded: { status: 422, parameter: 'amount' },
  exceeds_available_balance: { status: 422, parameter: 'amount' },
}
