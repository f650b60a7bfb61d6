import type { Knex } from 'knex'
import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { addContract, copyTerms, lockContract, type ContractRow } from '#db/contracts/contracts.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'
import { contractBody, contractParams, contractSchema } from './contract.ts'
import { saveContract } from './save.ts'

const body = z.strictObject({
  name: text(),
  copyLimits: z.boolean().meta({ description: 'Whether its limit profiles are copied as well' }),
})

export const copyContract = endpoint({
  method: 'post',
  path: '/contracts/:id/copy',
  family: 'Contracts',
  summary: 'Copy a contract',
  description: 'With its commission profiles, rules and conditions. The copy is active and not global.',
  access: 'CONTRACT_MANAGER',
  params: contractParams,
  body,
  answers: { 201: { description: 'The copy', body: contractSchema } },
  async handle(asked, { db, newId }) {
    const copied = await inProject(db, asked.caller.projectId, async (trx) => {
      const original = await lockContract(trx, asked.params.id)
      if (!original) throw notFound('id', 'contract')
      return copy(trx, asked.caller, { original, id: newId('con'), ...asked.body })
    })
    return { status: 201, body: contractBody(copied) }
  },
})

async function copy(
  trx: Knex,
  caller: Caller,
  { original, id, name, copyLimits }: { original: ContractRow; id: string } & z.infer<typeof body>,
): Promise<ContractRow> {
  const wanted = {
    id,
    project_id: caller.projectId,
    name,
    description: original.description,
    organization_type: original.organization_type,
    person_type: original.person_type,
    active: true,
    global: false,
  }
  return saveContract(trx, caller, {
    verb: 'copy',
    wanted,
    parameter: 'id',
    more: { copyOf: original.id, copyLimits },
    async write() {
      const added = await addContract(trx, wanted)
      await copyTerms(trx, { fromId: original.id, toId: id, withLimits: copyLimits })
      return added
    },
  })
}
