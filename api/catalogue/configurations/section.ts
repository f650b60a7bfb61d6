import { z } from 'zod'
import type { ConfigurationItem } from '#db/catalogue/configurations.ts'
import { ADDRESS_FORMATS, DIRECTIONS, type Section } from '#domain/catalogue/configuration.ts'
import { text } from '../../http/fields.ts'

/** One list of a project's configuration on the wire. */
export type SectionApi = {
  readonly section: Section
  /** Below the base path. */
  readonly path: string
  /** What one of it is called. */
  readonly one: string
  /** As it is answered. */
  readonly item: z.ZodType
  /** What it has besides label and name. */
  readonly details: z.ZodRawShape
  /** The same in a PATCH. */
  readonly changes: z.ZodRawShape
}

const properties = z
  .record(text(64), text(500))
  .refine((map) => Object.keys(map).length <= 50, 'must have at most 50 entries')
  .meta({ description: 'Whatever else the project wants to say of it' })
const addressFormat = z
  .enum(ADDRESS_FORMATS)
  .meta({ description: 'How addresses are checked; `other`: not at all' })
const type = z
  .enum(DIRECTIONS)
  .meta({ description: 'Whether money comes in by it or goes out; it stays as it is' })

export const SECTION_APIS: readonly SectionApi[] = [
  {
    section: 'account_types',
    path: '/configurations/account-types',
    one: 'account type',
    item: itemSchema('AccountType', { properties }),
    details: { properties: properties.default({}) },
    changes: { properties: properties.optional() },
  },
  {
    section: 'networks',
    path: '/configurations/networks',
    one: 'network',
    item: itemSchema('Network', { addressFormat }),
    details: { addressFormat },
    changes: {},
  },
  {
    section: 'transaction_sub_types',
    path: '/configurations/transaction-sub-types',
    one: 'transaction sub-type',
    item: itemSchema('TransactionSubType', { type }),
    details: { type },
    changes: {},
  },
]

export const label = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/,
    'must be 1 to 64 letters, digits, - or _, and begin with a letter or digit',
  )
  .meta({ examples: ['business'] })

export const itemId = z.strictObject({ id: text(64).meta({ description: 'Its id' }) })

function itemSchema(id: string, details: z.ZodRawShape) {
  return z
    .strictObject({ id: z.string(), label: z.string(), name: z.string(), ...details, createdAt: z.string() })
    .meta({ id })
}

export function itemBody({ id, label: named, name, details, created_at }: ConfigurationItem) {
  return { id, label: named, name, ...details, createdAt: created_at.toISOString() }
}
