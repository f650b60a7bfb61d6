import { randomUUID } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { openCoinAccount, openSystemAccounts } from '#ledger/open-account.ts'
import { id, type TestBook } from './book.ts'

/** A platform row behind the API's back, for tests that bring a platform of their own. */
export async function addPlatform(
  { db, projectId }: { readonly db: TestBook['db']; readonly projectId: string },
  label = 'fake',
): Promise<string> {
  const platform = id('plt')
  await inProject(db, projectId, async (trx) => {
    const sealed = Buffer.from('sealed')
    await trx('platforms').insert({
      id: platform,
      project_id: projectId,
      label,
      name: label,
      urls: {},
      credentials: {},
      data_key: sealed,
      key_id: 'none',
    })
    await trx('project_of').insert({ id: platform, project_id: projectId })
  })
  return platform
}

type Asset = {
  readonly platform: string
  readonly account: string
  readonly issuer?: string
  readonly owner?: string
}

/** An active asset that a platform keeps. */
export async function addAsset(
  { db, projectId, issuerId, addCoin, organizationOf }: TestBook,
  { platform, account, issuer = issuerId, owner }: Asset,
): Promise<{ coin: string; organization: string }> {
  const organization = owner ?? (await organizationOf(await addCoin()))
  const coin = id('coin')
  await inProject(db, projectId, async (trx) => {
    await openCoinAccount(trx, projectId, { id: coin, issuerId: issuer })
    const inside = randomUUID()
    await trx('accounts').insert({
      id: inside,
      project_id: projectId,
      organization_id: organization,
      active: true,
    })
    await trx('coins').insert({
      id: coin,
      account_id: inside,
      project_id: projectId,
      organization_id: organization,
      issuer_id: issuer,
      serial: coin.slice(5).toUpperCase(),
      name: 'Asset',
      platform_id: platform,
      platform_account: account,
    })
  })
  return { coin, organization }
}

/** Another currency of the project, with an issuer. */
export async function addIssuer({ db, projectId }: TestBook, code: string): Promise<string> {
  const [currency, issuer] = [id('cur'), id('iss')]
  await inProject(db, projectId, async (trx) => {
    await trx('currencies').insert({
      id: currency,
      project_id: projectId,
      code,
      digital_code: code,
      symbol: code,
      name: code,
      fraction: 2,
    })
    await trx('issuers').insert({
      id: issuer,
      project_id: projectId,
      currency_id: currency,
      sn_prefix: code,
      name: code,
    })
    await openSystemAccounts(trx, projectId, issuer)
  })
  return issuer
}
