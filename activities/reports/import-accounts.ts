import type { Knex } from 'knex'
import { accountFacts, addAccounts, type AccountRow } from '#db/accounts/accounts.ts'
import { holdConfigurationItems, listConfigurationItems } from '#db/catalogue/configurations.ts'
import {
  findAccountsByExternalId,
  findAccountsById,
  findOwnersNamed,
  type Owner,
} from '#db/reports/import-facts.ts'
import {
  ACCOUNT_DIFFERS,
  accountTypeFault,
  EXTERNAL_ID_TAKEN,
  ownerFault,
} from '#domain/accounts/account-rules.ts'
import { missing, rowFault, type Fields, type RowFault } from '#domain/reports/import-row.ts'
import {
  entriesOf,
  named,
  type Importer,
  type ImportDeps,
  type ReadRow,
  type Verdict,
} from './import-rows.ts'

type Wish = {
  readonly organization_id: string
  readonly type: string
  readonly external_id: string | null
  readonly active: boolean
}

type Facts = {
  readonly labels: readonly string[]
  readonly owners: ReadonlyMap<string, Owner>
  readonly byId: ReadonlyMap<string, AccountRow>
  readonly byExternalId: ReadonlyMap<string, AccountRow>
}

const section = 'account_types'

export function importedAccounts({ newUuid }: ImportDeps): Importer<Wish> {
  return {
    async hold(trx, rows) {
      await holdConfigurationItems(trx, { section, labels: named(rows, 'type') })
    },
    async judge(trx, rows) {
      const facts = await readFacts(trx, rows)
      return rows.map((row) => judge(row, facts))
    },
    async make(trx, job, wishes) {
      const by = { project_id: job.project_id, created_by: job.asked_by }
      const added = await addAccounts(
        trx,
        wishes.map((wish) => ({ ...wish, ...by, id: newUuid() })),
      )
      const about = { action: 'account.create', subjectType: 'account' }
      return entriesOf(
        job,
        about,
        added.map((account) => [account.id, accountFacts(account)]),
      )
    },
  }
}

async function readFacts(trx: Knex, rows: readonly ReadRow[]): Promise<Facts> {
  const items = await listConfigurationItems(trx, section)
  return {
    labels: items.map(({ label }) => label),
    owners: await findOwnersNamed(trx, named(rows, 'owner')),
    byId: await findAccountsById(trx, named(rows, 'id')),
    byExternalId: await findAccountsByExternalId(trx, named(rows, 'externalId')),
  }
}

function judge({ line, fields }: ReadRow, facts: Facts): Verdict<Wish> {
  const { id, externalId, type, owner: ownerName } = fields
  const owner = facts.owners.get(ownerName ?? '')
  const byId = facts.byId.get(id ?? '')
  const known = byId ?? facts.byExternalId.get(externalId ?? '')
  if (known) {
    if (isSame(known, fields, owner)) return { line, same: true }
    return { line, faults: [rowFault(byId ? ACCOUNT_DIFFERS : EXTERNAL_ID_TAKEN)] }
  }
  const faults: RowFault[] = []
  const typeFault = type === undefined ? undefined : accountTypeFault(type, facts.labels)
  if (type === undefined) faults.push(missing('type'))
  if (typeFault) faults.push(rowFault(typeFault))
  const noOwner = ownerName === undefined ? undefined : ownerFault(owner?.type)
  if (ownerName === undefined) faults.push(missing('owner'))
  if (noOwner) faults.push(rowFault(noOwner))
  if (type === undefined || !owner || faults.length > 0) return { line, faults }
  const wish = {
    organization_id: owner.id,
    type,
    external_id: externalId ?? null,
    active: fields['active'] === 'true',
  }
  return { line, wish, claims: claimsOf(wish) }
}

/** As the row says: whether it is on may have changed since. */
function isSame(known: AccountRow, { type, externalId }: Fields, owner: Owner | undefined): boolean {
  const asked = [type ?? null, externalId ?? null, owner?.id]
  return [known.type, known.external_id, known.organization_id].every((is, at) => is === asked[at])
}

function claimsOf({ external_id: externalId, type, organization_id: owner }: Wish) {
  if (externalId === null) return []
  return [{ key: externalId, fingerprint: `${type}/${owner}`, fault: rowFault(EXTERNAL_ID_TAKEN) }]
}
