import type { Knex } from 'knex'
import { z } from 'zod'
import { accountFacts, addAccount, findAccount, type Account } from '#db/accounts/accounts.ts'
import { appendAudit } from '#db/audit.ts'
import { inProject } from '#db/connection.ts'
import { findOrganization } from '#db/identity/organizations.ts'
import { EXTERNAL_ID_TAKEN, ownerFault } from '#domain/accounts/account-rules.ts'
import { newUuid } from '#domain/ids.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { faultProblem } from '../../http/problem.ts'
import { accountBody, accountSchema, demandType, externalIdField, typeField } from './account.ts'

const UUID_BYTES = 16

const body = z.strictObject({
  type: typeField,
  owner: text(64).meta({ description: 'Id of a client: of an organization of type individual or merchant' }),
  externalId: externalIdField.optional(),
})

export const createAccount = endpoint({
  method: 'post',
  path: '/accounts',
  family: 'Accounts',
  summary: 'Add an account of a client',
  description: 'It is not active until somebody activates it.',
  access: 'ACCOUNT_MANAGER',
  body,
  alsoRefuses: [404],
  answers: { 201: { description: 'Added', body: accountSchema } },
  async handle({ body: wish, caller }, { db, randomBytes }) {
    const id = newUuid(randomBytes(UUID_BYTES))
    const account = await inProject(db, caller.projectId, (trx) => add(trx, caller, { id, wish }))
    return { status: 201, body: accountBody(account) }
  },
})

type Wish = { readonly id: string; readonly wish: z.infer<typeof body> }

async function add(trx: Knex, caller: Caller, { id, wish }: Wish): Promise<Account> {
  const owner = await findOrganization(trx, wish.owner)
  const fault = ownerFault(owner?.type)
  if (fault) throw faultProblem(fault)
  await demandType(trx, wish.type)
  const added = await addAccount(trx, {
    id,
    project_id: caller.projectId,
    organization_id: wish.owner,
    type: wish.type,
    external_id: wish.externalId ?? null,
    created_by: caller.personId,
  })
  if (!added) throw faultProblem(EXTERNAL_ID_TAKEN)
  const account = await findAccount(trx, id)
  if (!account) throw new Error(`Account ${id} was added and is not there.`)
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: 'account.create',
      subjectType: 'account',
      subjectId: id,
      after: accountFacts(account),
    },
  ])
  return account
}
