import { z } from 'zod'
import { CONTRACT_TYPES, PERSON_TYPES, type ContractRow } from '#db/contracts/contracts.ts'
import { text } from '../../http/fields.ts'

export const contractId = text(64).meta({
  description: 'Id of the contract',
  examples: ['con_01h2xcejqtf2nbrexx3vqjhp41'],
})
export const contractParams = z.strictObject({ id: contractId })

/** The recovered API spells one of them otherwise; it is taken, and answered in our spelling. */
export const personTypeField = z
  .enum([...PERSON_TYPES, 'standart'])
  .transform((type) => (type === 'standart' ? 'standard' : type))
  .meta({ description: 'Class of client; "standart" is taken for "standard"' })

export const contractSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    organizationType: z.enum(CONTRACT_TYPES),
    personType: z.enum(PERSON_TYPES),
    active: z.boolean(),
    global: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Contract' })

export function contractBody(row: ContractRow): z.infer<typeof contractSchema> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    organizationType: row.organization_type,
    personType: row.person_type,
    active: row.active,
    global: row.global,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
