import type { Readable } from 'node:stream'
import type { ZodType } from 'zod'
import type { Permission, Role } from '#domain/identity/role.ts'
import type { ApiDeps } from './deps.ts'

/** Who calls, as the token says: one person in one project. */
export type Caller = {
  readonly projectId: string
  readonly personId: string
  readonly memberId: string
  readonly organizationId: string
  readonly role: Role
  readonly login: string
  readonly tokenHash: Buffer
}

export type Reply = {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** In place of a body: a file to keep, whole or as it comes. */
  readonly file?: { readonly type: string; readonly name: string; readonly content: Buffer | Readable }
}

type Output<Schema> = Schema extends ZodType<infer Value> ? Value : undefined

export type Asked<Body, Params, Query, A> = {
  readonly body: Output<Body>
  readonly params: Output<Params>
  readonly query: Output<Query>
  readonly caller: A extends 'public' ? undefined : Caller
  /** Header names are lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly rawBody: string
  /** The body of an endpoint that takes it as it comes; of others it has been read. */
  readonly stream: Readable
  readonly ip: string
  /** Unique for this call; also in the log and in every problem. */
  readonly requestId: string
}

/** What the app hands over: already parsed with the endpoint's own schemas. */
type AskedOfAny = Omit<Asked<ZodType, ZodType, ZodType, Access>, 'caller'> & {
  readonly caller: Caller | undefined
}

/** `signed_in`: any valid token. A permission: a token whose role holds it; of several, one of them is enough. */
export type Access = Permission | readonly Permission[] | 'public' | 'signed_in'

/** What a problem can have for a status, other than a fault of ours. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429

type Spec<Body, Params, Query, A extends Access> = {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  /** Below the base path, with `:name` for parameters. */
  readonly path: string
  readonly family: string
  readonly summary: string
  readonly description?: string
  readonly access: A
  readonly body?: Body
  readonly params?: Params
  readonly query?: Query
  /** What it can answer when all is well; problems are the same everywhere. */
  readonly answers: Readonly<
    Record<
      number,
      { readonly description: string; readonly body?: ZodType; readonly files?: readonly string[] }
    >
  >
  /** Statuses of problems besides those that follow from the rest of this (`api/http/docs/problems.ts`). */
  readonly alsoRefuses?: readonly ProblemStatus[]
  /** Moves money: takes an Idempotency-Key. */
  readonly idempotent?: boolean
  /** Takes a body that is not JSON of ours and checks it itself. */
  readonly rawBody?: boolean
  /** Takes a file of one of these types as it comes, however long it is, and checks it itself. */
  readonly streamedBody?: readonly string[]
  /** Guesses cost the caller: limited per address. */
  readonly guarded?: boolean
}

export type Endpoint = Spec<ZodType | undefined, ZodType | undefined, ZodType | undefined, Access> & {
  handle(asked: AskedOfAny, deps: ApiDeps): Promise<Reply>
}

/** One endpoint: what it takes, who may call it, what it answers, and the handler. */
export function endpoint<
  A extends Access,
  Body extends ZodType | undefined = undefined,
  Params extends ZodType | undefined = undefined,
  Query extends ZodType | undefined = undefined,
>(
  spec: Spec<Body, Params, Query, A> & {
    handle(asked: Asked<Body, Params, Query, A>, deps: ApiDeps): Promise<Reply>
  },
): Endpoint {
  // The app parses with these very schemas before it calls, so the handler's types hold.
  return spec
}
