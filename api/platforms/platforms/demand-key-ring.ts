import type { KeyRing } from '#db/secrets/envelope.ts'
import { placeOfDataKey, type PlatformRow } from '#db/platforms/platforms.ts'
import type { SecretBox } from '#db/secrets/secret-box.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { Problem } from '../../http/problem.ts'

export function demandKeyRing({ keyRing }: Pick<ApiDeps, 'keyRing'>): KeyRing {
  if (keyRing) return keyRing
  throw new Problem(409, 'secret_key_not_configured', {
    detail: 'This installation has no SLUICE_SECRET_KEY, so credentials cannot be kept.',
  })
}

/** @throws Problem where the platform's key was sealed with a master key that is not configured any more */
export function demandDataBox(deps: Pick<ApiDeps, 'keyRing'>, row: PlatformRow): SecretBox {
  const keyRing = demandKeyRing(deps)
  try {
    return keyRing.openDataKey({ keyId: row.key_id, dataKey: row.data_key }, placeOfDataKey(row))
  } catch {
    throw new Problem(409, 'secret_key_not_configured', {
      detail: `The credentials are sealed with key ${row.key_id}, which is neither SLUICE_SECRET_KEY nor SLUICE_SECRET_KEY_PREVIOUS.`,
    })
  }
}
