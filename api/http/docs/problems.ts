import { z } from 'zod'
import type { Endpoint, ProblemStatus } from '../endpoint.ts'

const problemSchema = z
  .strictObject({
    type: z.string().meta({ examples: ['urn:sluice:problem:validation_failed'] }),
    title: z.string().meta({ examples: ['validation failed'] }),
    status: z.int().meta({ examples: [400] }),
    detail: z.string().meta({ examples: ['The body breaks 1 rule(s).'] }),
    instance: z.string().meta({ description: 'The path that was called' }),
    code: z
      .string()
      .meta({ description: 'Name of the rule; never changes', examples: ['validation_failed'] }),
    errors: z.array(
      z.strictObject({
        parameter: z.string().meta({ examples: ['amount'] }),
        message: z.string().meta({ examples: ['has more decimals than the currency (EUR has 2)'] }),
      }),
    ),
    mdcId: z.string().meta({ description: 'Number of this call in our log' }),
  })
  .meta({
    id: 'Problem',
    description: 'RFC 9457 problem that also names each parameter and the rule it breaks',
  })

const STATUSES: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request breaks a rule; each parameter is named',
  401: 'The token, password or signature is missing, wrong or expired',
  403: 'The role does not hold the permission, or the person may not decide this',
  404: 'There is no such thing in your project',
  409: 'It is taken, or no longer in the state that this needs',
  413: 'The body is larger than 100 kB, or than this call says',
  415: 'The body is not application/json, or not what this call says',
  422: 'Understood, and refused by a rule',
  429: 'Too many attempts; Retry-After says how long to wait',
}

/** Which problems a call like this can meet. */
export function problemStatuses(endpoint: Endpoint): ProblemStatus[] {
  const { access, body, rawBody, streamedBody, params, method, path, guarded, alsoRefuses = [] } = endpoint
  const takesBody = body !== undefined || rawBody === true || streamedBody !== undefined
  const changes = method !== 'get' && !path.endsWith('/view')
  const when: [boolean | undefined, readonly ProblemStatus[]][] = [
    [true, alsoRefuses],
    [true, [400]],
    [access !== 'public', [401]],
    [access !== 'public' && access !== 'signed_in', [403]],
    [params !== undefined, [404]],
    [changes, [409, 422]],
    [takesBody, [413, 415]],
    [guarded, [429]],
  ]
  return when.flatMap(([holds, statuses]) => (holds === true ? statuses : []))
}

export function problemResponses(endpoint: Endpoint) {
  const content = { 'application/problem+json': { schema: problemSchema } }
  return {
    ...Object.fromEntries(
      problemStatuses(endpoint).map((status) => [status, { description: STATUSES[status], content }]),
    ),
    '5XX': { description: 'A fault of ours; it was logged under the given mdcId', content },
  }
}
