import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { changeContract, lockContract } from '#db/contracts/contracts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { patchBody } from '../../http/patch-body.ts'
import { notFound } from '../../http/problem.ts'
import { contractBody, contractParams, contractSchema, personTypeField } from './contract.ts'
import { saveContract } from './save.ts'

export const patchContract = endpoint({
  method: 'patch',
  path: '/contracts/:id',
  family: 'Contracts',
  summary: 'Change a contract',
  description:
    'One that is switched off offers nothing to whom it binds. Operations that were asked for keep the terms of that moment.',
  access: 'CONTRACT_MANAGER',
  params: contractParams,
  body: patchBody({
    name: text().optional(),
    description: text(1000).nullable().optional(),
    active: z.boolean().optional(),
    personType: personTypeField.optional(),
  }),
  answers: { 200: { description: 'As it is now', body: contractSchema } },
  async handle({ params, body, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockContract(trx, params.id)
      if (!before) throw notFound('id', 'contract')
      const { personType = before.person_type, active = before.active, ...words } = body
      return saveContract(trx, caller, {
        verb: 'change',
        before,
        wanted: { ...before, active, person_type: personType },
        parameter: body.personType === undefined ? 'active' : 'personType',
        write: () => changeContract(trx, before.id, { ...words, active, person_type: personType }),
      })
    })
    return { status: 200, body: contractBody(changed) }
  },
})
