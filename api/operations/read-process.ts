import type { Knex } from 'knex'
import { findOperation, type OperationRow } from '#db/operations.ts'
import { permissionsOf } from '#domain/role.ts'
import type { Caller } from '../endpoint.ts'
import { notFound } from '../problem.ts'
import { toProcesses, type Process } from './process.ts'

export async function readProcess(trx: Knex, row: OperationRow): Promise<Process> {
  const [process] = await toProcesses(trx, [row])
  if (!process) throw new Error('an operation has no process')
  return process
}

export async function readProcessById(trx: Knex, id: string): Promise<Process> {
  const row = await findOperation(trx, id)
  if (!row) throw notFound('id', 'operation')
  return readProcess(trx, row)
}

export function seesAll(caller: Caller): boolean {
  return permissionsOf(caller.role).includes('ALL_TRANSACTIONS_VIEWER')
}
