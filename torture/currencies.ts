import type { Person } from './caller.ts'
import type { Setup } from './world.ts'

/** @returns the id of its issuer */
export async function openCurrency(
  call: Setup,
  by: Person,
  currency: { readonly code: string; readonly name: string } & Readonly<Record<string, unknown>>,
): Promise<string> {
  const { code, name } = currency
  await call(by, 'POST /currencies', currency)
  return (await call(by, 'POST /issuers', { snPrefix: code, currencyCode: code, name })).id
}
