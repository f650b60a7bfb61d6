import type { Knex } from 'knex'
import { z } from 'zod'
import { findIssuer } from '#db/catalogue/issuers.ts'
import { addLimit } from '#db/contracts/contracts-limits.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict } from '../../http/problem.ts'
import { changePart } from '../contracts/change-part.ts'
import { contractParams } from '../contracts/contract.ts'
import { flowField } from '../operation-flows/flow.ts'
import {
  limitBody,
  limitSchema,
  qualifierField,
  readLimit,
  readLimitValue,
  timeUnitField,
  valueField,
} from './limit.ts'

const body = z.strictObject({
  issuerId: text(64).nullable().optional().meta({ description: 'Needed for amounts' }),
  operationFlowId: flowField,
  qualifier: qualifierField,
  timeUnit: timeUnitField,
  value: valueField,
  active: z.boolean().default(true),
})

export const createLimitProfile = endpoint({
  method: 'post',
  path: '/contracts/:id/limit-profiles',
  family: 'Contracts',
  summary: 'Add a limit to a contract',
  description:
    'Every limit applies at once, to each client on its own. What goes over one waits for anti-fraud as limited.',
  access: 'CONTRACT_MANAGER',
  params: contractParams,
  body,
  answers: { 201: { description: 'Added', body: limitSchema } },
  async handle(asked, { db, newId }) {
    const { params, caller } = asked
    const { after } = await changePart(db, caller, {
      contractId: params.id,
      part: 'limit_profile',
      change: (trx) => add(trx, caller, { ...asked.body, id: newId('lim'), contractId: params.id }),
    })
    return { status: 201, body: after }
  },
})

async function add(
  trx: Knex,
  caller: Caller,
  asked: z.infer<typeof body> & { id: string; contractId: string },
) {
  const { id, contractId, qualifier, issuerId = null } = asked
  const issuer = issuerId === null ? undefined : await findIssuer(trx, issuerId)
  if (issuerId !== null && !issuer) throw badParameter('issuerId', 'is not an issuer of this project')
  const isAdded = await addLimit(trx, {
    id,
    project_id: caller.projectId,
    contract_id: contractId,
    flow: asked.operationFlowId,
    issuer_id: issuerId,
    qualifier,
    time_unit: asked.timeUnit,
    value: readLimitValue(asked.value, qualifier, issuer?.currency ?? null),
    active: asked.active,
  })
  if (!isAdded)
    throw conflict(
      'limit_profile_exists',
      'timeUnit',
      'The contract has a limit for this operation, issuer, qualifier and period already.',
    )
  return { id, after: limitBody(await readLimit(trx, { id: contractId, lid: id })) }
}
