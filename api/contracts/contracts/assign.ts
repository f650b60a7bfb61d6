import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import {
  giveContract,
  lockBoundOrganization,
  lockContract,
  type ContractRow,
} from '#db/contracts/contracts.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { contractBody, contractId, contractSchema } from './contract.ts'

const body = z.strictObject({ organizationId: text(64), contractId })

export const assignContract = endpoint({
  method: 'patch',
  path: '/contracts',
  family: 'Contracts',
  summary: 'Give an organization a contract',
  description:
    'One for its type. Until compliance has approved the organization, only a global base contract. What was asked for before keeps its terms.',
  access: 'CONTRACT_MANAGER',
  body,
  answers: {
    200: {
      description: 'The contract that binds it now',
      body: z.strictObject({ status: z.literal('ok'), organizationId: z.string(), contract: contractSchema }),
    },
  },
  async handle(asked, { db }) {
    const { caller } = asked
    const contract = await inProject(db, caller.projectId, (trx) => assign(trx, caller, asked.body))
    return {
      status: 200,
      body: { status: 'ok', organizationId: asked.body.organizationId, contract: contractBody(contract) },
    }
  },
})

async function assign(trx: Knex, caller: Caller, asked: z.infer<typeof body>): Promise<ContractRow> {
  const organization = await lockBoundOrganization(trx, asked.organizationId)
  if (!organization) throw badParameter('organizationId', 'is not an organization of this project')
  const contract = await lockContract(trx, asked.contractId)
  if (!contract) throw badParameter('contractId', 'is not a contract of this project')
  if (!contract.active) throw conflict('contract_inactive', 'contractId', 'The contract is switched off.')
  if (organization.type !== contract.organization_type)
    throw conflict(
      'contract_for_another_type',
      'contractId',
      `The contract is for ${contract.organization_type} clients; the organization is of type ${organization.type}.`,
    )
  const isForAll = contract.global && contract.person_type === 'base'
  if (!isForAll && organization.identification_status !== 'approved')
    throw conflict(
      'organization_not_approved',
      'organizationId',
      'Compliance has not approved the organization; until then only a global base contract binds it.',
    )
  await giveContract(trx, organization.id, contract.id)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'organization.give_contract',
      subjectType: 'organization',
      subjectId: organization.id,
      before: { contractId: organization.contract_id },
      after: { contractId: contract.id },
    },
  ])
  return contract
}
