import { inProject } from '#db/connection.ts'
import { linkedLabel, madeUpLabel, madeUpPlatform } from '#test/support/made-up-platform.ts'
import { freshCode } from '#test/support/catalogue.ts'
import { addAsset, addIssuer } from '#test/support/platform-book.ts'
import type { Tenant } from './tenant.ts'
import type { Things } from './things.ts'
import { freshAddress } from './table-accounts.ts'

type Holdings = Pick<
  Things,
  'clientAccount' | 'asset' | 'wallet' | 'platform' | 'platformAsset' | 'otherPlatformAsset'
>

/** A project has one of a label, and that one is everybody's. */
async function platformOf(
  { book, post }: Pick<Tenant, 'book' | 'post'>,
  label: string,
): Promise<{ id: string }> {
  const known: { id: string } | undefined = await inProject(book.db, book.projectId, (trx) =>
    trx('platforms').where({ label }).whereNull('removed_at').first('id'),
  )
  return known ?? { id: (await post('administrator', '/platforms', madeUpPlatform({ label }))).text('id') }
}

/** Each in a currency of its own. */
async function addPlatformAsset(
  { book, post }: Pick<Tenant, 'book' | 'post'>,
  things: Things,
): Promise<{ id: string }> {
  const { coin } = await addAsset(book, {
    platform: (await platformOf({ book, post }, linkedLabel.label)).id,
    account: freshCode(),
    issuer: await addIssuer(book, freshCode()),
    owner: (await things.client()).organization,
  })
  return { id: coin }
}

/** What a client has: an account, in it an asset of crypto, and of that a wallet. */
export function holdings(tenant: Tenant, things: () => Things): Holdings {
  const post = async (path: string, body: object) => ({
    id: (await tenant.post('administrator', path, body)).text('id'),
  })
  return {
    clientAccount: async () => {
      const { label: type } = await things().accountType()
      return post('/accounts', { type, owner: (await things().client()).organization })
    },
    asset: async () => {
      await things().issuer()
      const { code: currency } = await things().currency()
      return post(`/accounts/${(await things().clientAccount()).id}/assets`, { currency })
    },
    platform: () => platformOf(tenant, madeUpLabel.label),
    platformAsset: () => addPlatformAsset(tenant, things()),
    otherPlatformAsset: () => addPlatformAsset(tenant, things()),
    wallet: async () => {
      const { label: network } = await things().network()
      return post(`/assets/${(await things().asset()).id}/wallets`, { network, address: freshAddress() })
    },
  }
}
