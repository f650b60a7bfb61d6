import { createHash, timingSafeEqual } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { FaultOrder } from './requests.ts'

type Problem = { readonly parameter: string; readonly message: string }

class BadRequest extends Error {
  readonly errors: readonly Problem[]
  constructor(errors: readonly Problem[]) {
    super('invalid request')
    this.errors = errors
  }
}

/** @throws BadRequest with the name of each parameter that is wrong. */
export function readBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const { success, data, error } = schema.safeParse(body)
  if (success) return data
  throw new BadRequest(error.issues.map(({ path, message }) => ({ parameter: path.join('.'), message })))
}

export function requireKey(apiKey: string): RequestHandler {
  const expected = digest(`Bearer ${apiKey}`)
  return (req, res, next) => {
    if (timingSafeEqual(digest(req.headers.authorization ?? ''), expected)) next()
    else res.status(401).json({ reason: 'unauthorized' })
  }
}

export function answerBusy(res: Response, retryAfterMs: number): void {
  res
    .status(429)
    .set('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
    .json({ reason: 'too_many_requests' })
}

/** A question that may meet a fault instead of an answer. */
export function mayFail<About extends Request>(
  reason: string,
  take: (req: About) => FaultOrder | undefined,
): (req: About, res: Response, next: NextFunction) => void {
  return (req, res, next) => {
    const met = take(req)
    if (!met) next()
    else if (met.fault === 'rate_limited') answerBusy(res, met.delayMs)
    else res.status(503).json({ reason })
  }
}

export function answerUnknownPath(_req: Request, res: Response): void {
  res.status(404).json({ reason: 'no_such_path' })
}

/** What the HTTP layer itself finds wrong (size, syntax, encoding) carries its status; the rest is the bank's fault. */
export function answerError(error: unknown, _req: Request, res: Response, next: NextFunction): void {
  if (res.headersSent) next(error)
  else if (error instanceof BadRequest)
    res.status(400).json({ reason: 'invalid_request', errors: error.errors })
  else
    res.status(statusOf(error)).json({ reason: statusOf(error) < 500 ? 'unreadable_request' : 'bank_error' })
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500
}

/** Digests are equally long, which the constant-time comparison needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
