import type { Knex } from 'knex'
import type { OperationRow } from '#db/operations/operations.ts'
import { showOperations } from '#db/operations/shown-operations.ts'
import { permissionsOf } from '#domain/identity/role.ts'
import type { Caller } from '../http/endpoint.ts'
import { toProcess, type Process } from './process.ts'

export async function readProcess(trx: Knex, { project_id: projectId, id }: OperationRow): Promise<Process> {
  const [process] = await listProcesses(trx, projectId, [id])
  if (!process) throw new Error('an operation has no process')
  return process
}

/** In the order of the ids, in one round trip. */
export async function listProcesses(
  trx: Knex,
  projectId: string,
  ids: readonly string[],
): Promise<Process[]> {
  const shown = await showOperations(trx, projectId, ids)
  return shown.map((one) => {
    if (!one) throw new Error('an operation that was found is not there')
    return toProcess(one)
  })
}

export function seesAll(caller: Caller): boolean {
  return permissionsOf(caller.role).includes('ALL_TRANSACTIONS_VIEWER')
}
