import type { Knex } from 'knex'
import { appendAudit } from '#db/audit.ts'
import { hasGlobalTwin, lockGlobalContracts, type ContractRow } from '#db/contracts/contracts.ts'
import type { Caller } from '../../http/endpoint.ts'
import { conflict } from '../../http/problem.ts'
import { contractBody } from './contract.ts'

export type WantedContract = Omit<ContractRow, 'created_at' | 'updated_at'>

type Saving = {
  readonly verb: 'create' | 'copy' | 'change'
  readonly before?: ContractRow
  readonly wanted: WantedContract
  /** What makes it global and active, where it becomes that. */
  readonly parameter: string
  /** What else its audit row says. */
  readonly more?: object
  write(): Promise<ContractRow>
}

/**
 * Writes a contract and its audit row.
 *
 * @throws Problem where it would be the second active global one for its clients
 */
export async function saveContract(trx: Knex, caller: Caller, saving: Saving): Promise<ContractRow> {
  const { verb, before, wanted, parameter, more } = saving
  await lockGlobalContracts(trx, caller.projectId)
  if (wanted.active && wanted.global && (await hasGlobalTwin(trx, wanted)))
    throw conflict(
      'global_contract_exists',
      parameter,
      `There is an active global contract for ${wanted.organization_type} clients of type ${wanted.person_type} already.`,
    )
  const after = await saving.write()
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: `contract.${verb}`,
      subjectType: 'contract',
      subjectId: after.id,
      before: before ? contractBody(before) : null,
      after: { ...contractBody(after), ...more },
    },
  ])
  return after
}
