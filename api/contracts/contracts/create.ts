import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addContract, CONTRACT_TYPES } from '#db/contracts/contracts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { contractBody, contractSchema, personTypeField } from './contract.ts'
import { saveContract } from './save.ts'

export const createContract = endpoint({
  method: 'post',
  path: '/contracts',
  family: 'Contracts',
  summary: 'Create a contract',
  description:
    'It offers nothing until it has commission profiles with active rules; to begin with those of another, copy it.',
  access: 'CONTRACT_MANAGER',
  body: z.strictObject({
    name: text().meta({ examples: ['Gold individuals'] }),
    description: text(1000).optional(),
    organizationType: z.enum(CONTRACT_TYPES),
    personType: personTypeField,
    active: z.boolean().default(true),
    global: z.boolean().default(false).meta({
      description: 'For all clients of its types; the global base one binds those who were given no other',
    }),
  }),
  answers: { 201: { description: 'Created', body: contractSchema } },
  async handle({ body, caller }, { db, newId }) {
    const wanted = {
      id: newId('con'),
      project_id: caller.projectId,
      name: body.name,
      description: body.description ?? null,
      organization_type: body.organizationType,
      person_type: body.personType,
      active: body.active,
      global: body.global,
    }
    const created = await inProject(db, caller.projectId, (trx) =>
      saveContract(trx, caller, {
        verb: 'create',
        wanted,
        parameter: 'global',
        write: () => addContract(trx, wanted),
      }),
    )
    return { status: 201, body: contractBody(created) }
  },
})
