import type { Knex } from 'knex'
import type { SignInPolicy } from '#domain/identity/two-step.ts'

type Row = { id: string; clients_need_otp: boolean; staff_need_otp: boolean }

export async function readSignInPolicy(trx: Knex, projectId: string): Promise<SignInPolicy> {
  return policyOf(await trx<Row>('projects').where({ id: projectId }).first())
}

/** Locked until the transaction ends. */
export async function lockSignInPolicy(trx: Knex, projectId: string): Promise<SignInPolicy> {
  return policyOf(await trx<Row>('projects').where({ id: projectId }).forNoKeyUpdate().first())
}

export async function setSignInPolicy(trx: Knex, projectId: string, policy: SignInPolicy): Promise<void> {
  await trx<Row>('projects')
    .where({ id: projectId })
    .update({ clients_need_otp: policy.clientsNeedOtp, staff_need_otp: policy.staffNeedOtp })
}

function policyOf(row: Row | undefined): SignInPolicy {
  if (!row) throw new Error('there is no such project; projects are never deleted')
  return { clientsNeedOtp: row.clients_need_otp, staffNeedOtp: row.staff_need_otp }
}
