import type { SecretBox } from '#db/secrets/secret-box.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { Problem } from '../../http/problem.ts'

export function demandSecretBox({ secretBox }: Pick<ApiDeps, 'secretBox'>): SecretBox {
  if (secretBox) return secretBox
  throw new Problem(409, 'secret_key_not_configured', {
    detail: 'This installation has no SLUICE_SECRET_KEY, so authenticator apps cannot be used.',
  })
}
