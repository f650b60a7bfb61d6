import type { Knex } from 'knex'
import { z } from 'zod'
import { findIssuer } from '#db/catalogue/issuers.ts'
import { findProfile, type ProfileRow } from '#db/contracts/contracts-commission.ts'
import { PERSON_TYPES, type PersonType } from '#db/contracts/contracts.ts'
import type { Currency } from '#domain/money.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { contractId } from '../contracts/contract.ts'
import { flowField } from '../operation-flows/flow.ts'

export const profileParams = z.strictObject({
  id: contractId,
  pid: text(64).meta({
    description: 'Id of the commission profile',
    examples: ['cpr_01h2xcejqtf2nbrexx3vqjhp41'],
  }),
})

const participantSchema = z.union([
  z.strictObject({ type: z.literal('no') }),
  z.strictObject({ type: z.literal('personType'), value: z.enum(PERSON_TYPES) }),
])

export const profileSchema = z
  .strictObject({
    id: z.string(),
    contractId: z.string(),
    issuerId: z.string().nullable().meta({ description: 'Null: any issuer' }),
    operationFlowId: flowField,
    srcParticipantSpecification: participantSchema,
    destParticipantSpecification: participantSchema,
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'CommissionProfile' })

export function profileBody(row: ProfileRow): z.infer<typeof profileSchema> {
  return {
    id: row.id,
    contractId: row.contract_id,
    issuerId: row.issuer_id,
    operationFlowId: row.flow,
    srcParticipantSpecification: participantBody(row.src_person_type),
    destParticipantSpecification: participantBody(row.dest_person_type),
    createdAt: row.created_at.toISOString(),
  }
}

function participantBody(personType: PersonType | null): z.infer<typeof participantSchema> {
  return personType === null ? { type: 'no' } : { type: 'personType', value: personType }
}

/** A profile, and the currency its amounts are in; null where it is for any issuer. */
export type PricedProfile = { readonly profile: ProfileRow; readonly currency: Currency | null }

/** @throws Problem where the contract has no such profile */
export async function readProfile(
  trx: Knex,
  { id, pid }: { id: string; pid: string },
): Promise<PricedProfile> {
  const profile = await findProfile(trx, id, pid)
  if (!profile) throw notFound('pid', 'commission profile')
  if (profile.issuer_id === null) return { profile, currency: null }
  const issuer = await findIssuer(trx, profile.issuer_id)
  if (!issuer) throw new Error(`Issuer ${profile.issuer_id} is gone.`)
  return { profile, currency: issuer.currency }
}
