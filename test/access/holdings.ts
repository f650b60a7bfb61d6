import type { Tenant } from './tenant.ts'
import type { Things } from './things.ts'
import { freshAddress } from './table-accounts.ts'

type Holdings = Pick<Things, 'clientAccount' | 'asset' | 'wallet'>

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
    wallet: async () => {
      const { label: network } = await things().network()
      return post(`/assets/${(await things().asset()).id}/wallets`, { network, address: freshAddress() })
    },
  }
}
