import { addIssuer } from './catalogue.ts'
import { contractsAs } from './contracts.ts'
import { opened } from './opened.ts'
import { useApi } from './use-api.ts'

/** The administrator as the manager of contracts, and one issuer to price. */
export function useContracts() {
  const api = useApi()
  const manager = opened(async () => contractsAs(api.call, api.admin.token))
  const issuer = opened(() => addIssuer(api.call, api.admin.token, { fraction: 2 }))
  return { api, manager, issuer }
}
