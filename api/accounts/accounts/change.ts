import type { Knex } from 'knex'
import { z } from 'zod'
import {
  accountFacts,
  changeAccount,
  findAccount,
  lockAccount,
  switchAccount,
  type Account,
} from '#db/accounts/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { EXTERNAL_ID_TAKEN } from '#domain/accounts/account-rules.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { patchBody } from '../../http/patch-body.ts'
import { faultProblem, notFound } from '../../http/problem.ts'
import {
  accountBody,
  accountParams,
  accountSchema,
  demandType,
  externalIdField,
  typeField,
} from './account.ts'

const body = patchBody({
  type: typeField.optional(),
  externalId: externalIdField.nullable().optional().meta({ description: 'Null takes it away' }),
  active: z.boolean().optional(),
  owner: z.never({ error: 'cannot be changed' }).optional(),
})

export const patchAccount = endpoint({
  method: 'patch',
  path: '/accounts/:id',
  family: 'Accounts',
  summary: 'Change an account, or switch it on or off',
  description:
    'Nothing moves on any asset of an account that is off; what is under way is finished first. The owner stays.',
  access: 'ACCOUNT_MANAGER',
  params: accountParams,
  body,
  answers: { 200: { description: 'As it is now', body: accountSchema } },
  async handle({ params, body: changes, caller }, { db }) {
    const account = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockAccount(trx, params.id)
      if (!before) throw notFound('id', 'account')
      return change(trx, caller, { before, changes })
    })
    return { status: 200, body: accountBody(account) }
  },
})

type Change = { readonly before: Account; readonly changes: z.infer<typeof body> }

async function change(trx: Knex, caller: Caller, { before, changes }: Change): Promise<Account> {
  const { type, externalId, active } = changes
  if (type !== undefined) await demandType(trx, type)
  if (type !== undefined || externalId !== undefined) {
    const isFree = await changeAccount(trx, before.id, { type, external_id: externalId })
    if (!isFree) throw faultProblem(EXTERNAL_ID_TAKEN)
  }
  if (active !== undefined && active !== before.active) await switchAccount(trx, before, active)
  const after = await findAccount(trx, before.id)
  if (!after) throw new Error(`Account ${before.id} is gone.`)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: actionOf(before, after),
      subjectType: 'account',
      subjectId: before.id,
      before: accountFacts(before),
      after: accountFacts(after),
    },
  ])
  return after
}

function actionOf(before: Account, after: Account): string {
  if (before.active === after.active) return 'account.change'
  return after.active ? 'account.activate' : 'account.deactivate'
}
