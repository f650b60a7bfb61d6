import type { Knex } from 'knex'
import { z } from 'zod'
import { accountTypeFault } from '#domain/accounts/account-rules.ts'
import { findAccount, type Account } from '#db/accounts/accounts.ts'
import { holdConfigurationItem, listConfigurationItems } from '#db/catalogue/configurations.ts'
import { ORGANIZATION_TYPES } from '#db/identity/organizations.ts'
import { permissionsOf } from '#domain/identity/role.ts'
import type { Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { faultProblem, notFound } from '../../http/problem.ts'

export const accountParams = z.strictObject({ id: text(64).meta({ description: 'Id of the account' }) })

export const ownerSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    email: z.string().nullable().meta({ description: 'Of the first of its members' }),
    type: z.enum(ORGANIZATION_TYPES),
  })
  .meta({ id: 'AccountOwner' })

export const accountSchema = z
  .strictObject({
    id: z.uuid(),
    uid: z.int().meta({ description: 'Counts accounts' }),
    active: z.boolean().meta({ description: 'Nothing moves on assets of one that is not' }),
    type: z.string().nullable().meta({
      description:
        'Label of an account type; null: the account of coins that the client opened by themselves',
    }),
    externalId: z.string().nullable(),
    project: z.string().meta({ description: 'Its key' }),
    owner: ownerSchema,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Account' })

export const typeField = text(64).meta({
  description: 'Label of an account type of the project',
  examples: ['business'],
})
export const externalIdField = text().meta({ description: 'What another system calls it' })

export function accountBody(row: Account): z.infer<typeof accountSchema> {
  return {
    id: row.id,
    uid: Number(row.uid),
    active: row.active,
    type: row.type,
    externalId: row.external_id,
    project: row.project_key,
    owner: ownerBody(row),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

export function ownerBody(
  row: Pick<Account, 'organization_id' | 'owner_name' | 'owner_email' | 'owner_type'>,
): z.infer<typeof ownerSchema> {
  return { id: row.organization_id, name: row.owner_name, email: row.owner_email, type: row.owner_type }
}

/** Clients see what is theirs, and of the rest not even that it is there. Undefined: the caller sees all of the project. */
export function ownScope(caller: Caller): string | undefined {
  return permissionsOf(caller.role).includes('ACCOUNT_VIEWER') ? undefined : caller.organizationId
}

export async function findVisibleAccount(trx: Knex, caller: Caller, id: string): Promise<Account> {
  const account = await findAccount(trx, id)
  const scope = ownScope(caller)
  if (!account || (scope !== undefined && account.organization_id !== scope)) throw notFound('id', 'account')
  return account
}

/** It is not removed before the transaction ends. */
export async function demandType(trx: Knex, type: string): Promise<void> {
  const section = 'account_types'
  if (await holdConfigurationItem(trx, { section, label: type })) return
  const labels = (await listConfigurationItems(trx, section)).map((item) => item.label)
  const fault = accountTypeFault(type, labels)
  if (fault) throw faultProblem(fault)
}
