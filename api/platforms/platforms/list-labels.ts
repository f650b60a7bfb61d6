import { z } from 'zod'
import { ORDER_TYPES } from '#domain/platforms/holding-platform.ts'
import { endpoint } from '../../http/endpoint.ts'

const field = { name: z.string(), description: z.string(), required: z.boolean() }

const labelSchema = z
  .strictObject({
    label: z.string(),
    name: z.string(),
    urls: z.array(z.strictObject({ ...field, protocols: z.array(z.enum(['https:', 'wss:'])) })),
    credentials: z.array(z.strictObject(field)),
    capabilities: z.strictObject({
      lookUpByReference: z.boolean(),
      idempotentReference: z.boolean(),
      landsWithinMs: z.int().optional().meta({
        description: 'So long after a send that the platform does not know it is not taken for lost',
      }),
      orders: z.array(z.enum(ORDER_TYPES)),
      calls: z.boolean(),
    }),
    callbackPath: z.string().nullable().meta({
      description: 'Where the platform calls, with the id of the platform; null where it never does',
    }),
  })
  .meta({ id: 'PlatformLabel' })

export const getPlatformLabels = endpoint({
  method: 'get',
  path: '/platform-labels',
  family: 'Platforms',
  summary: 'List the kinds of platforms there are, and what each has to be configured with',
  access: 'platforms.view',
  answers: {
    200: {
      description: 'Every label that has an adapter',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(labelSchema) }),
    },
  },
  async handle(_, { holdingLabels }) {
    const records = holdingLabels.map(({ label, name, urls, credentials, capabilities }) => ({
      label,
      name,
      urls,
      credentials,
      capabilities,
      callbackPath: capabilities.calls ? '/api/v1/platform-calls/{id}' : null,
    }))
    return { status: 200, body: { status: 'ok', records } }
  },
})
