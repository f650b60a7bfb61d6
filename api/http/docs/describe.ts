import { rolesWith } from '#domain/identity/role.ts'
import type { Endpoint } from '../endpoint.ts'

/** What every path parameter means, where its schema does not say it. */
export const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  id: 'Its id',
  serial: 'Serial of the coin',
  coinSerial: 'Serial of the coin',
  requestIdentifier: 'Number of the request, as the answer that made it says',
  platform: 'Label of the platform',
}

/** `:id` as OpenAPI writes it. */
export function documentedPath(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

/** `post /bank-accounts/:id/approve` is postBankAccountsByIdApprove: unique, because method and path are. */
export function operationId({ method, path }: Endpoint): string {
  const words = path
    .replace(/:/g, 'by-')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** The endpoint's own words, and who may call it: derived from the table that is enforced. */
export function describeEndpoint({ description, access }: Endpoint): string {
  return [description, whoMay(access)].filter((part) => part !== undefined).join('\n\n')
}

function whoMay(access: Endpoint['access']): string {
  if (access === 'public') return 'Who: everybody, without a token.'
  if (access === 'signed_in') return 'Who: everybody with a token.'
  const enough = typeof access === 'string' ? [access] : access
  const each = enough.map((permission) => `\`${permission}\`, held by ${rolesWith(permission).join(', ')}`)
  return `Who: permission ${each.join('; or ')}.`
}
