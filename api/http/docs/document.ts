import { z } from 'zod'
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOverride,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodObjectInput,
} from 'zod-openapi'
import { BASE_PATHS } from '../app.ts'
import type { Endpoint } from '../endpoint.ts'
import { text } from '../fields.ts'
import { describeEndpoint, documentedPath, operationId, PATH_PARAMETERS } from './describe.ts'
import { problemResponses } from './problems.ts'

export type Document = ReturnType<typeof createDocument>

const INTRODUCTION = `Get a token from \`POST /authorization\` and send it as \`Authorization: TOKEN <token>\`.
Amounts are decimal strings in major units. Unknown fields are refused by name. Calls that move money take an
\`Idempotency-Key\`: the same key and body get the stored answer. What cannot be done comes back as a problem document.`

/** The OpenAPI document of these very endpoints: their schemas are the ones that validate. */
export function createApiDocument(endpoints: readonly Endpoint[]): Document {
  const paths: ZodOpenApiPathsObject = {}
  for (const endpoint of endpoints) {
    const path = documentedPath(endpoint.path)
    paths[path] = { ...paths[path], [endpoint.method]: operation(endpoint) }
  }
  const description: ZodOpenApiObject = {
    openapi: '3.1.0',
    info: { title: 'Sluice', version: '1', description: INTRODUCTION, license: { name: 'Apache-2.0' } },
    servers: BASE_PATHS.map((base) => ({ url: base || '/' })),
    tags: [...new Set(endpoints.map(({ family }) => family))].map((name) => ({ name })),
    security: [{ token: [] }, { bearer: [] }],
    components: {
      securitySchemes: {
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`TOKEN <token>`, with the word in front',
        },
        bearer: { type: 'http', scheme: 'bearer', description: 'The same token' },
      },
    },
    paths,
  }
  return createDocument(description, { override: tidy })
}

/** Rules that say nothing to people, and of which the page would make up examples nobody can read. */
const tidy: ZodOpenApiOverride = ({ jsonSchema }) => {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  const isPlainText = jsonSchema.pattern === NO_CONTROL_CHARACTERS
  if (isPlainText || jsonSchema.format === 'date-time') delete jsonSchema.pattern
}

const NO_CONTROL_CHARACTERS = z.toJSONSchema(text()).pattern

function operation(endpoint: Endpoint): ZodOpenApiOperationObject {
  const path = pathParameters(endpoint)
  return {
    operationId: operationId(endpoint),
    summary: endpoint.summary,
    description: describeEndpoint(endpoint),
    tags: [endpoint.family],
    ...(endpoint.access === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(path ? { path } : {}),
      ...(endpoint.query ? { query: endpoint.query as ZodObjectInput } : {}),
      ...(endpoint.idempotent ? { header: z.object({ 'Idempotency-Key': idempotencyKey.optional() }) } : {}),
    },
    ...requestBody(endpoint),
    responses: { ...answers(endpoint), ...problemResponses(endpoint) },
  }
}

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .meta({
    description:
      'The same key and body get the stored answer; with another body it is refused. Without it two equal calls are two operations.',
    examples: ['7f8c4d0e-withdrawal-1'],
  })

/** From the path itself, so that none is left out; its schema is the endpoint's where there is one. */
function pathParameters({ path, params }: Endpoint): z.ZodObject | undefined {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
  if (names.length === 0) return undefined
  const shape = params instanceof z.ZodObject ? (params.shape as Record<string, z.ZodType>) : {}
  return z.object(
    Object.fromEntries(
      names.map((name) => {
        const field = shape[name] ?? z.string()
        const description = field.meta()?.description ?? PATH_PARAMETERS[name]
        return [name, description === undefined ? field : field.meta({ ...field.meta(), description })]
      }),
    ),
  )
}

function requestBody({
  body,
  rawBody,
  streamedBody,
}: Endpoint): Pick<ZodOpenApiOperationObject, 'requestBody'> {
  if (streamedBody)
    return {
      requestBody: {
        required: true,
        content: Object.fromEntries(streamedBody.map((type) => [type, { schema: FILE }])),
      },
    }
  if (rawBody) return { requestBody: { required: true, content: { 'application/json': { schema: {} } } } }
  if (!body) return {}
  // A body whose fields may all be left out may be left out itself.
  const required = !body.safeParse({}).success
  return { requestBody: { required, content: { 'application/json': { schema: body } } } }
}

function answers({ answers: declared }: Endpoint) {
  return Object.fromEntries(
    Object.entries(declared).map(([status, { description, body, files = [] }]) => {
      const content = {
        ...(body ? { 'application/json': { schema: body } } : {}),
        ...Object.fromEntries(files.map((type) => [type, { schema: FILE }])),
      }
      return [status, { description, ...(Object.keys(content).length > 0 ? { content } : {}) }]
    }),
  )
}

const FILE = { type: 'string', contentEncoding: 'binary' } as const
