import { pipeline } from 'node:stream/promises'
import express, { type Express, type Request, type Response } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import { authenticate, authorize } from './authenticate.ts'
import type { ApiDeps } from './deps.ts'
import type { Endpoint, Reply } from './endpoint.ts'
import { check } from './check.ts'
import { problemStatuses } from './docs/problems.ts'
import { decodeText, parseJson } from './json.ts'
import { Problem } from './problem.ts'
import { sendProblem } from './send-problem.ts'

const BODY_MAX = '100kb'
const GUARDED_PER_MINUTE = 60

export type AppOptions = {
  /** Check each answer and each refusal against what the endpoint declares, and fail the call if it lies: for tests. */
  readonly checkAnswers?: boolean
  readonly guardedPerMinute?: number
}

/** The seed writes some paths with the base and some without it, so both work. */
export const BASE_PATHS = ['/api/v1', ''] as const

export function createApp(endpoints: readonly Endpoint[], deps: ApiDeps, options: AppOptions = {}): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('query parser', 'simple')
  app.use(helmet())
  app.use(
    pinoHttp({
      logger: deps.logger,
      quietReqLogger: true,
      genReqId: () => deps.randomBytes(12).toString('hex'),
      // Bodies, headers and queries stay out of the log: they hold personal data and tokens.
      serializers: {
        req: (req: Request) => ({ id: req.id, method: req.method, path: req.url.split('?')[0] }),
        res: (res: Response) => ({ statusCode: res.statusCode }),
      },
    }),
  )
  const guard = rateLimit({
    windowMs: 60_000,
    limit: options.guardedPerMinute ?? GUARDED_PER_MINUTE,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: () => {
      throw new Problem(429, 'too_many_requests', {
        detail: 'Too many attempts from this address; wait a minute.',
        headers: { 'Retry-After': '60' },
      })
    },
  })
  const mount = (endpoint: Endpoint) => {
    const before = endpoint.guarded ? [guard] : []
    for (const base of BASE_PATHS)
      app[endpoint.method](base + endpoint.path, ...before, (req, res) =>
        answer({ endpoint, deps, options }, req, res),
      )
  }
  // Those that take their body as it comes, before it is read for all others.
  for (const endpoint of endpoints) if (endpoint.streamedBody) mount(endpoint)
  app.use(express.raw({ type: () => true, limit: BODY_MAX }))
  for (const endpoint of endpoints) if (!endpoint.streamedBody) mount(endpoint)
  for (const [path, allowed] of methodsByPath(endpoints))
    for (const base of BASE_PATHS) app.route(base + path).all((req, res) => refuseMethod(allowed, req, res))
  return app
}

function methodsByPath(endpoints: readonly Endpoint[]): Map<string, string> {
  const methods = new Map<string, string>()
  for (const { path, method } of endpoints) {
    const names = method === 'get' ? 'GET, HEAD' : method.toUpperCase()
    const known = methods.get(path)
    methods.set(path, known === undefined ? names : `${known}, ${names}`)
  }
  // What is named in full comes before a name's place: "~" sorts after all letters.
  return new Map([...methods].toSorted(([a], [b]) => (inOrder(a) < inOrder(b) ? -1 : 1)))
}

function inOrder(path: string): string {
  return path.replaceAll(':', '~')
}

/** After all endpoints: the path is known, and the method is not one of its own. */
function refuseMethod(allowed: string, req: Request, res: Response): void {
  if (req.method === 'OPTIONS') {
    res.status(204).set('Allow', allowed).end()
    return
  }
  throw new Problem(405, 'method_not_allowed', {
    detail: `${req.path} takes ${allowed}, not ${req.method}.`,
    headers: { Allow: allowed },
  })
}

/** Mounted last: what nobody answered, and what went wrong on the way. */
export function finishApp(app: Express): Express {
  app.use((req) => {
    throw new Problem(404, 'no_such_route', { detail: `There is no ${req.method} ${req.path}; see /docs.` })
  })
  app.use(sendProblem)
  return app
}

type Mounted = { readonly endpoint: Endpoint; readonly deps: ApiDeps; readonly options: AppOptions }

async function answer(mounted: Mounted, req: Request, res: Response): Promise<void> {
  try {
    await handle(mounted, req, res)
  } catch (error) {
    if (mounted.options.checkAnswers) checkProblem(mounted.endpoint, error)
    throw error
  }
}

async function handle({ endpoint, deps, options }: Mounted, req: Request, res: Response): Promise<void> {
  const caller =
    endpoint.access === 'public' ? undefined : await authenticate(req.headers.authorization, deps)
  if (caller) authorize(caller, endpoint.access)
  demandStreamable(endpoint, req)
  const rawBody = Buffer.isBuffer(req.body) ? decodeText(req.body) : ''
  const asked = {
    params: check(endpoint.params, req.params, 'path'),
    query: check(endpoint.query, req.query, 'query'),
    body:
      endpoint.rawBody || endpoint.streamedBody
        ? undefined
        : check(endpoint.body, readBody(endpoint, req, rawBody), 'body'),
    caller,
    headers: req.headers as Record<string, string | undefined>,
    rawBody,
    stream: req,
    ip: req.ip ?? '',
    requestId: req.id as string,
  }
  const reply = await endpoint.handle(asked, deps)
  if (options.checkAnswers) checkAnswer(endpoint, reply)
  res.status(reply.status).set({ 'Cache-Control': 'no-store', ...reply.headers })
  if (reply.file) await sendFile(reply.file, res)
  else if (reply.body === undefined) res.end()
  else res.json(reply.body)
}

/** One that breaks off on the way ends without its last chunk, so nobody takes a part for the whole. */
async function sendFile({ type, name, content }: NonNullable<Reply['file']>, res: Response): Promise<void> {
  res.set({ 'Content-Type': type, 'Content-Disposition': `attachment; filename="${name}"` })
  if (Buffer.isBuffer(content)) res.end(content)
  else await pipeline(content, res)
}

function readBody(endpoint: Endpoint, req: Request, rawBody: string): unknown {
  if (rawBody === '') return endpoint.body ? {} : undefined
  if (!req.is(['json', '+json']) || isOtherCharset(req.headers['content-type'])) {
    throw new Problem(415, 'unsupported_media_type', {
      detail: 'Send the body as Content-Type: application/json, in UTF-8.',
      errors: [{ parameter: 'Content-Type', message: 'must be application/json, in UTF-8' }],
    })
  }
  return parseJson(rawBody)
}

/** What is not JSON is not unpacked either: a small file could become an endless one. */
function demandStreamable({ streamedBody: types }: Endpoint, req: Request): void {
  if (!types) return
  const type = req.headers['content-type'] ?? ''
  const isKnown = types.some((known) => type.split(';')[0]?.trim().toLowerCase() === known)
  const isPacked = (req.headers['content-encoding'] ?? 'identity') !== 'identity'
  if (isKnown && !isPacked && !isOtherCharset(type)) return
  throw new Problem(415, 'unsupported_media_type', {
    detail: `Send the file as Content-Type: ${types.join(' or ')}, in UTF-8 and not packed.`,
    errors: [
      { parameter: isPacked ? 'Content-Encoding' : 'Content-Type', message: `must be ${types.join(' or ')}` },
    ],
  })
}

function isOtherCharset(contentType = ''): boolean {
  const [, charset] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType) ?? []
  return charset !== undefined && charset.toLowerCase() !== 'utf-8'
}

function checkProblem(endpoint: Endpoint, error: unknown): void {
  if (!(error instanceof Problem) || error.status >= 500) return
  if ((problemStatuses(endpoint) as number[]).includes(error.status)) return
  throw new Error(`${endpoint.method} ${endpoint.path} refused by ${error.status}, which it does not declare`)
}

function checkAnswer(endpoint: Endpoint, reply: Reply): void {
  const promised = endpoint.answers[reply.status]
  if (!promised)
    throw new Error(`${endpoint.method} ${endpoint.path} answered ${reply.status}, which it does not declare`)
  if (reply.file) {
    if (promised.files?.some((type) => reply.file?.type.startsWith(type))) return
    throw new Error(`${endpoint.method} ${endpoint.path} answered a file it does not declare`)
  }
  const wire: unknown = reply.body === undefined ? undefined : JSON.parse(JSON.stringify(reply.body))
  if (promised.body) promised.body.parse(wire)
  else if (wire !== undefined)
    throw new Error(`${endpoint.method} ${endpoint.path} answered a body it does not declare`)
}
