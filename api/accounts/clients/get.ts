import type { Knex } from 'knex'
import { z } from 'zod'
import { listAccountsOf } from '#db/accounts/accounts.ts'
import { listAssets } from '#db/accounts/assets.ts'
import { findClient, type Client } from '#db/accounts/clients.ts'
import { inSnapshot } from '#db/connection.ts'
import { listNotesOnUsers } from '#db/accounts/notes.ts'
import { selectMembers } from '#db/identity/members.ts'
import { placeByPlace, placesOfOrganization } from '#db/operations/operation-filter.ts'
import { readFirstOfMany } from '#db/page.ts'
import { permissionsOf } from '#domain/identity/role.ts'
import { accountBody, accountSchema } from '../accounts/account.ts'
import { assetBody, assetSchema } from '../assets/asset.ts'
import { endpoint, type Caller } from '../../http/endpoint.ts'
import { noteBody, noteSchema } from '../notes/note.ts'
import { processSchema } from '../../operations/process-schema.ts'
import { listProcesses } from '../../operations/read-process.ts'
import { notFound } from '../../http/problem.ts'
import { userBody, userSchema } from '../../identity/users/user.ts'
import { clientBody, clientFields, clientParams } from './client.ts'

/** What a profile shows of each; the lists of each show the rest. */
const LATEST = 10
const ACCOUNTS_MAX = 50
const ASSETS_MAX = 200

const profileSchema = z
  .strictObject({
    ...clientFields,
    members: z.array(userSchema),
    accounts: z
      .array(accountSchema.extend({ assets: z.array(assetSchema) }))
      .meta({ description: `The latest ${ACCOUNTS_MAX}; the rest by GET /accounts?owner=` }),
    operations: z.array(processSchema).meta({ description: `The latest ${LATEST}` }),
    notes: z
      .array(noteSchema)
      .nullable()
      .meta({ description: `The latest ${LATEST} on its members; null for those who may not read notes` }),
  })
  .meta({ id: 'ClientProfile' })

export const getClient = endpoint({
  method: 'get',
  path: '/clients/:id',
  family: 'Clients',
  summary: 'Read the profile of a client',
  description: 'With members, accounts and their assets, latest operations and notes.',
  access: 'CLIENT_VIEWER',
  params: clientParams,
  answers: { 200: { description: 'The profile', body: profileSchema } },
  async handle({ params, caller }, { db }) {
    const profile = await inSnapshot(db, caller.projectId, async (trx) => {
      const client = await findClient(trx, params.id)
      if (!client) throw notFound('id', 'client')
      return readProfile(trx, caller, client)
    })
    return { status: 200, body: profile }
  },
})

async function readProfile(
  trx: Knex,
  caller: Caller,
  client: Client,
): Promise<z.infer<typeof profileSchema>> {
  const members = await selectMembers(trx)
    .where('m.organization_id', client.id)
    .orderBy(['m.created_at', 'm.id'])
  const accounts = await listAccountsOf(trx, client.id, ACCOUNTS_MAX)
  const assets = await listAssets(
    trx,
    { organizationId: client.id },
    { limit: ASSETS_MAX, offset: 0, countMax: 0 },
  )
  return {
    ...clientBody(client),
    members: members.map(userBody),
    accounts: accounts.map((account) => ({
      ...accountBody(account),
      assets: assets.rows.filter(({ account_id }) => account_id === account.id).map(assetBody),
    })),
    operations: await readLatest(trx, caller, client),
    notes: await readNotes(
      trx,
      caller,
      members.map(({ person_id }) => person_id),
    ),
  }
}

async function readLatest(trx: Knex, { projectId }: Caller, { id }: Client) {
  const query = trx('operations as o').select('o.id', 'o.created_at')
  const rows = await readFirstOfMany<{ id: string }>(
    trx,
    placeByPlace(query, [await placesOfOrganization(trx, id)]),
    {
      limit: LATEST,
      order: [
        { column: 'o.created_at', order: 'desc' },
        { column: 'o.id', order: 'desc' },
      ],
    },
  )
  const ids = rows.map((row) => row.id)
  return listProcesses(trx, projectId, ids)
}

async function readNotes(trx: Knex, caller: Caller, userIds: readonly string[]) {
  if (!permissionsOf(caller.role).includes('NOTE_MANAGER')) return null
  return (await listNotesOnUsers(trx, userIds, LATEST)).map(noteBody)
}
