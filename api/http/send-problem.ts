import type { ErrorRequestHandler } from 'express'
import { isOutage } from '#db/is-outage.ts'
import { describeError } from '#domain/describe-error.ts'
import { Problem } from './problem.ts'

export const sendProblem: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) {
    next(error)
    return
  }
  const problem = toProblem(error)
  if (problem.status >= 500) req.log.error({ error: describeError(error) }, problem.code)
  res
    .status(problem.status)
    .set({ 'Cache-Control': 'no-store', ...problem.headers })
    .type('application/problem+json')
    .send(
      JSON.stringify({
        type: `urn:sluice:problem:${problem.code}`,
        title: problem.code.replaceAll('_', ' '),
        status: problem.status,
        detail: problem.message,
        instance: req.path,
        code: problem.code,
        errors: problem.errors,
        mdcId: req.id,
      }),
    )
}

/** Express reports unreadable bodies and paths as errors with a 4xx status of their own. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500
  if (status === 413)
    return new Problem(413, 'body_too_large', {
      detail: `The body must not be larger than 100 kB.`,
      errors: [{ parameter: 'body', message: `must be at most 100 kB` }],
    })
  if (status === 415)
    return new Problem(415, 'unsupported_media_type', {
      detail: 'The body is in an encoding that is not taken; send UTF-8 JSON.',
      errors: [{ parameter: 'Content-Encoding', message: 'is not taken' }],
    })
  if (status >= 400 && status < 500) {
    const parameter = error instanceof URIError ? 'path' : 'body'
    return new Problem(400, 'bad_request', {
      detail: `The request cannot be read: its ${parameter} is malformed.`,
      errors: [{ parameter, message: 'cannot be decoded' }],
    })
  }
  if (isOutage(error))
    return new Problem(503, 'unavailable', {
      detail: 'The database is away. With an Idempotency-Key the same call can be sent again safely.',
      headers: { 'Retry-After': '2' },
    })
  return new Problem(500, 'internal_fault', {
    detail: 'This is a fault of ours; it was logged under the given mdcId.',
  })
}
