import type { Knex } from 'knex'
import { z } from 'zod'
import { findIssuer } from '#db/catalogue/issuers.ts'
import { addProfile } from '#db/contracts/contracts-commission.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { changePart } from '../contracts/change-part.ts'
import { contractParams, personTypeField } from '../contracts/contract.ts'
import { flowField } from '../operation-flows/flow.ts'
import { profileBody, profileSchema } from './profile.ts'

const participant = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('no') }),
    z.strictObject({ type: z.literal('personType'), value: personTypeField }),
  ])
  .default({ type: 'no' })
  .meta({ description: 'Whom it is for: "no" is everybody, or clients whose contract is for this type' })

const body = z.strictObject({
  issuerId: text(64).nullable().optional().meta({ description: 'Without it: any issuer' }),
  operationFlowId: flowField,
  srcParticipantSpecification: participant,
  destParticipantSpecification: participant,
})

export const createCommissionProfile = endpoint({
  method: 'post',
  path: '/contracts/:id/commission-profiles',
  family: 'Contracts',
  summary: 'Add a commission profile to a contract',
  description:
    'Says what one operation costs. Of the profiles with a rule in force, one of the issuer comes before one of any, then one of a person type before one of everybody.',
  access: 'CONTRACT_MANAGER',
  params: contractParams,
  body,
  answers: { 201: { description: 'Added', body: profileSchema } },
  async handle(asked, { db, newId }) {
    const { params, caller } = asked
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'commission_profile',
      change: (trx) => add(trx, caller, { ...asked.body, id: newId('cpr'), contractId: params.id }),
    })
    return { status: 201, body: after }
  },
})

async function add(
  trx: Knex,
  caller: Caller,
  asked: z.infer<typeof body> & { id: string; contractId: string },
) {
  refuseStranger(asked)
  const issuer = asked.issuerId ?? null
  if (issuer !== null && !(await findIssuer(trx, issuer)))
    throw badParameter('issuerId', 'is not an issuer of this project')
  const added = await addProfile(trx, {
    id: asked.id,
    project_id: caller.projectId,
    contract_id: asked.contractId,
    flow: asked.operationFlowId,
    issuer_id: issuer,
    src_person_type: personTypeOf(asked.srcParticipantSpecification),
    dest_person_type: personTypeOf(asked.destParticipantSpecification),
  })
  if (!added)
    throw conflict(
      'commission_profile_exists',
      'operationFlowId',
      'The contract has a profile for this operation, issuer and participants already.',
    )
  return { id: added.id, after: profileBody(added) }
}

function personTypeOf(specification: z.infer<typeof participant>) {
  return specification.type === 'no' ? null : specification.value
}

/** Money comes in from, and goes out to, somebody who has no contract with us. */
function refuseStranger(asked: z.infer<typeof body>): void {
  const { operationFlowId, srcParticipantSpecification, destParticipantSpecification } = asked
  if (operationFlowId === 'bank_top_up' && srcParticipantSpecification.type !== 'no')
    throw badParameter('srcParticipantSpecification.type', 'must be no: a top-up comes from outside')
  if (operationFlowId === 'bank_withdrawal' && destParticipantSpecification.type !== 'no')
    throw badParameter('destParticipantSpecification.type', 'must be no: a withdrawal goes outside')
}
