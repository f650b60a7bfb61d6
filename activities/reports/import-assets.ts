import type { Knex } from 'knex'
import { lockAccounts, type AccountRow } from '#db/accounts/accounts.ts'
import { listAssetPlatforms, lockAssetPlatforms, type AssetPlatform } from '#db/accounts/asset-places.ts'
import { listBanks, type BankRow } from '#db/catalogue/banks.ts'
import { coinFacts, listCoinsById, lockCoinOwners } from '#db/accounts/coins.ts'
import { findAccountsNamed, findAssetsNear, type KnownAsset } from '#db/reports/import-facts.ts'
import { listCurrencies, type CurrencyRow } from '#db/catalogue/currencies.ts'
import { listIssuers, type Issuer } from '#db/catalogue/issuers.ts'
import {
  assetExists,
  checkWhereabouts,
  chooseActiveIssuer,
  placeAccount,
  placeTaken,
  platformUnknown,
} from '#domain/accounts/asset-rules.ts'
import { missing, rowFault, type RowFault } from '#domain/reports/import-row.ts'
import { invalid, type Found } from '#domain/rule-fault.ts'
import { openAssets, type NewAsset } from '#ledger/open-assets.ts'
import {
  entriesOf,
  named,
  type Claim,
  type Importer,
  type ImportDeps,
  type ReadRow,
  type Verdict,
} from './import-rows.ts'

type Wish = Omit<NewAsset, 'id'>

type Facts = {
  readonly accounts: ReadonlyMap<string, readonly AccountRow[]>
  readonly currencies: ReadonlyMap<string, CurrencyRow>
  readonly issuers: readonly Issuer[]
  readonly banks: ReadonlyMap<string, BankRow>
  /** By id and by label. */
  readonly platforms: ReadonlyMap<string, AssetPlatform>
  readonly known: { readonly slots: ReadonlyMap<string, KnownAsset>; readonly places: ReadonlySet<string> }
}

export function importedAssets({ newId }: ImportDeps): Importer<Wish> {
  return {
    async hold(trx, rows) {
      const accounts = [...(await findAccountsNamed(trx, named(rows, 'account'))).values()].flat()
      await lockCoinOwners(
        trx,
        accounts.map((account) => account.organization_id),
      )
      await lockAccounts(
        trx,
        accounts.map(({ id }) => id),
      )
      await lockAssetPlatforms(trx, named(rows, 'platform'))
    },
    async judge(trx, rows) {
      const facts = await readFacts(trx, rows)
      return rows.map((row) => judge(row, facts))
    },
    async make(trx, job, wishes) {
      const assets = wishes.map((wish) => ({ ...wish, id: newId('coin') }))
      await openAssets(trx, { projectId: job.project_id, personId: job.asked_by }, assets)
      const coins = await listCoinsById(
        trx,
        assets.map(({ id }) => id),
      )
      const about = { action: 'coin.create', subjectType: 'coin' }
      return entriesOf(
        job,
        about,
        coins.map((coin) => [coin.id, coinFacts(coin)]),
      )
    },
  }
}

async function readFacts(trx: Knex, rows: readonly ReadRow[]): Promise<Facts> {
  const accounts = await findAccountsNamed(trx, named(rows, 'account'))
  const all = [...accounts.values()].flat()
  const platforms = await listAssetPlatforms(trx, named(rows, 'platform'))
  const near = await findAssetsNear(trx, {
    accounts: all.map(({ id }) => id),
    places:
      platforms.length === 0
        ? []
        : [...named(rows, 'externalId'), ...all.map((account) => placeAccount(undefined, account))],
  })
  return {
    accounts,
    currencies: new Map((await listCurrencies(trx)).map((currency) => [currency.code, currency])),
    issuers: (await listIssuers(trx)).filter(({ active }) => active),
    banks: new Map((await listBanks(trx)).map((bank) => [bank.id, bank])),
    platforms: new Map(platforms.flatMap((one) => [[one.id, one] as const, [one.label, one] as const])),
    known: {
      slots: new Map(near.map((asset) => [slotOf(asset), asset])),
      places: new Set(near.flatMap((asset) => placeOf(asset) ?? [])),
    },
  }
}

type Somewhere = Pick<KnownAsset, 'account_id' | 'platform_id' | 'platform_account'> & { issuer_id: string }

/** An account has one asset of an issuer with us, and one on each platform. */
function slotOf({ account_id, issuer_id, platform_id }: Somewhere): string {
  return `asset/${account_id}/${issuer_id}/${platform_id ?? ''}`
}

function placeOf({ issuer_id, platform_id, platform_account }: Somewhere): string | undefined {
  return platform_id === null ? undefined : `place/${platform_id}/${issuer_id}/${platform_account}`
}

function judge({ line, fields }: ReadRow, facts: Facts): Verdict<Wish> {
  const faults: RowFault[] = []
  const keep = <Value>(found: Found<Value> | undefined): Value | undefined => {
    if (found && 'fault' in found) faults.push(rowFault(found.fault))
    return found && 'value' in found ? found.value : undefined
  }
  const { account: accountName, currency: code, platform: platformName } = fields
  if (accountName === undefined) faults.push(missing('account'))
  if (code === undefined) faults.push(missing('currency'))
  const account = keep(accountName === undefined ? undefined : findAccount(accountName, facts))
  const issuer = keep(code === undefined ? undefined : findIssuer(code, fields['issuerId'], facts))
  const { address, bank } = fields
  const where = keep(
    issuer && checkWhereabouts(issuer.currency, { address, bank }, facts.banks.get(bank ?? '')),
  )
  const platform = facts.platforms.get(platformName ?? '')
  if (platformName !== undefined && !platform) faults.push(rowFault(platformUnknown()))
  if (!account || !issuer || !where || faults.length > 0) return { line, faults }
  const wish: Wish = {
    issuer,
    organization_id: account.organization_id,
    account_id: account.id,
    external_id: fields['externalId'] ?? null,
    address: where.address ?? null,
    bank_id: where.bank ?? null,
    platform_id: platform?.id ?? null,
    platform_account: platform ? placeAccount(fields['externalId'], account) : null,
  }
  return judgePlace(line, wish, { label: platform?.label ?? '', facts })
}

/** Whether it is there already, as it is, or something else where it would be. */
function judgePlace(
  line: number,
  wish: Wish,
  { label, facts }: { label: string; facts: Facts },
): Verdict<Wish> {
  const { code } = wish.issuer.currency
  const somewhere = { ...wish, issuer_id: wish.issuer.id }
  const slot = { key: slotOf(somewhere), fingerprint: fingerprint(wish), fault: rowFault(assetExists(code)) }
  const known = facts.known.slots.get(slot.key)
  if (known)
    return fingerprint(known) === slot.fingerprint ? { line, same: true } : { line, faults: [slot.fault] }
  const key = placeOf(somewhere)
  if (key === undefined) return { line, wish, claims: [slot] }
  const place: Claim = {
    key,
    fingerprint: slot.key + slot.fingerprint,
    fault: rowFault(placeTaken({ account: 'that it names', label, code })),
  }
  if (facts.known.places.has(key)) return { line, faults: [place.fault] }
  return { line, wish, claims: [slot, place] }
}

function fingerprint(asset: Pick<KnownAsset, 'external_id' | 'address' | 'bank_id'>): string {
  return JSON.stringify([asset.external_id, asset.address, asset.bank_id])
}

function findAccount(name: string, { accounts }: Facts): Found<AccountRow> {
  const [first, another] = accounts.get(name) ?? []
  if (!first)
    return { fault: { code: 'not_found', parameter: 'account', message: 'There is no such account.' } }
  return another
    ? { fault: invalid('account', 'fits more than one account, as a number and as an external id') }
    : { value: first }
}

function findIssuer(code: string, issuerId: string | undefined, facts: Facts): Found<Issuer> {
  const currency = facts.currencies.get(code)
  const active = facts.issuers.filter(({ currency_id }) => currency_id === currency?.id)
  return chooseActiveIssuer({ currency: code, issuerId }, currency, active)
}
