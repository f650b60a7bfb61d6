import { z } from 'zod'
import { ORDER_TYPES } from '#domain/holding-platform.ts'
import { endpoint } from '../endpoint.ts'

const field = { name: z.string(), description: z.string(), required: z.boolean() }

const labelSchema = z
  .strictObject({
    label: z.string().meta({ examples: ['utip'] }),
    name: z.string(),
    urls: z.array(z.strictObject({ ...field, protocols: z.array(z.string()) })),
    credentials: z.array(z.strictObject(field)),
    capabilities: z.strictObject({
      orders: z.array(z.enum(ORDER_TYPES)),
      lookUpByReference: z.boolean().meta({
        description:
          'Without it one order at a time is under way for each account, and its history tells what became of it',
      }),
      idempotentReference: z.boolean(),
      calls: z.boolean().meta({ description: 'It calls us, signed' }),
    }),
  })
  .meta({ id: 'PlatformLabel' })

export const getPlatformLabels = endpoint({
  method: 'get',
  path: '/platform-labels',
  family: 'Platforms',
  summary: 'List the platforms that have an adapter, and what each has to be configured with',
  access: 'platforms.view',
  answers: {
    200: {
      description: 'All of them',
      body: z.strictObject({ status: z.literal('ok'), records: z.array(labelSchema) }),
    },
  },
  handle: (_, { labels }) =>
    Promise.resolve({
      status: 200,
      body: {
        status: 'ok',
        records: labels.map(({ label, name, urls, credentials, capabilities }) => ({
          label,
          name,
          urls,
          credentials,
          capabilities,
        })),
      },
    }),
})
