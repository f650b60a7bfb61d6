import { inProject } from '#db/connection.ts'
import { openSystemAccounts } from '#ledger/open-account.ts'
import { id } from './book.ts'
import { BANK_KEYS } from './bank-side.ts'
import type { Engine, TestClient } from './engine.ts'

/** USDT with six decimals and BTC with eight, as an administrator would have set them up. */
export async function addCryptos({ book }: Pick<Engine, 'book'>): Promise<void> {
  await inProject(book.db, book.projectId, async (trx) => {
    for (const [code, fraction] of [
      ['USDT', 6],
      ['BTC', 8],
    ] as const) {
      const [currency, issuer] = [id('cur'), id('iss')]
      const named = { code, digital_code: code, symbol: code, name: code, fraction, kind: 'crypto' }
      await trx('currencies').insert({ id: currency, project_id: book.projectId, ...named })
      await trx('issuers').insert({
        id: issuer,
        project_id: book.projectId,
        currency_id: currency,
        sn_prefix: code,
        name: code,
      })
      await openSystemAccounts(trx, book.projectId, issuer)
    }
  })
}

type Asset = { readonly id: string; readonly account: string }

/** The sandbox as a platform of the project, configured over the API as people do it, with accounts and assets on it. */
export async function openPlatformDesk(engine: Engine) {
  const { administrator, accountant, bank } = engine
  await addCryptos(engine)
  const demand = async (path: string, body: object, by = administrator) => {
    const answer = await engine.request(by, path, { body })
    if (answer.status >= 300)
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body as unknown as { readonly id: string }
  }
  await demand('/configurations/account-types', { label: 'trading', name: 'Trading' })
  const addPlatform = async (label: string, settings: object) =>
    (await demand('/platforms', { name: label, label, ...settings })).id
  const platform = await addPlatform('simulated', { urls: { apiUrl: bank.url }, credentials: BANK_KEYS })
  await engine.askBank('/callback', {
    method: 'PUT',
    body: { url: `${engine.apiUrls[0]}/api/v1/platform-calls/${platform}` },
  })

  async function activate(path: string): Promise<void> {
    const { status } = await engine.request(administrator, path, { method: 'PATCH', body: { active: true } })
    if (status !== 200) throw new Error(`${path} was not activated: ${status}`)
  }

  /** An active asset of a client in an active account of theirs. */
  async function addAsset(
    client: TestClient,
    currency: string,
    ...[account, at = platform]: [account?: string, platform?: string]
  ): Promise<Asset> {
    const inside = account ?? (await demand('/accounts', { type: 'trading', owner: client.organization })).id
    if (account === undefined) await activate(`/accounts/${inside}`)
    const asset = await demand(`/accounts/${inside}/assets`, { currency, platform: at })
    await activate(`/assets/${asset.id}`)
    return { id: asset.id, account: inside }
  }

  const readAsset = async (asset: string) =>
    (await engine.request(administrator, `/assets/${asset}`)).body as unknown as {
      readonly amount: string
      readonly available: string
      readonly onHold: string
      readonly platform: {
        readonly account: string
        readonly confirmedBalance: string | null
        readonly confirmedAt: string | null
      }
    }

  const deposit = (asset: string, amount: string, by = accountant) =>
    engine.request(by, `/assets/${asset}/deposit`, { body: { amount } })

  return {
    platform,
    addPlatform,
    addAsset,
    readAsset,
    deposit,
    /** An asset of a new client with something on it, here and there. */
    funded: async (amount = '100', currency = 'USDT') => {
      const client = await engine.addClient()
      const asset = await addAsset(client, currency)
      const { body } = await deposit(asset.id, amount)
      await engine.reach(accountant, body.process.id, 'processed')
      return { client, asset }
    },
    /** What the platform's own book says. */
    theirs: async (asset: string, currency: string) => {
      const { platform: at } = await readAsset(asset)
      const said = (await engine.askBank(`/accounts/${at.account}/balances/${currency}`)) as {
        balance: string
      }
      return said.balance
    },
    entriesOf: async (reference: string) => {
      const { entries } = (await engine.askBank('/book/entries')) as {
        entries: { reference: string | null }[]
      }
      return entries.filter((entry) => entry.reference === reference)
    },
    moveByItself: async (asset: string, currency: string, amount: string) => {
      const { platform: at } = await readAsset(asset)
      await engine.askBank(`/accounts/${at.account}/entries`, {
        method: 'POST',
        body: { currency, amount, what: 'trade' },
      })
    },
  }
}
export type PlatformDesk = Awaited<ReturnType<typeof openPlatformDesk>>
