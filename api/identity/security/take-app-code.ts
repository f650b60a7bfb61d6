import { findTotp, placeOfSecret, takeRecoveryCode, takeTotpStep, type TotpRow } from '#db/identity/totp.ts'
import type { ApiDeps } from '../../http/deps.ts'
import { demandSecretBox } from './demand-secret-box.ts'
import { stepOfCode } from './totp.ts'

type Deps = Pick<ApiDeps, 'db' | 'secretBox' | 'now'>

/** Takes what an authenticator app shows, or a recovery code, once. Undefined where it is neither. */
export async function takeAppCode(
  deps: Deps,
  personId: string,
  code: string,
): Promise<'totp' | 'recovery_code' | undefined> {
  const totp = await findTotp(deps.db, personId)
  if (!totp?.confirmed_at) return undefined
  if (code.includes('-'))
    return (await takeRecoveryCode(deps.db, personId, code)) ? 'recovery_code' : undefined
  const step = stepOfCode(openSecret(deps, totp), code, deps.now())
  return step !== undefined && (await takeTotpStep(deps.db, personId, step)) ? 'totp' : undefined
}

/** A secret opens in its owner's row only. */
export function openSecret(deps: Pick<ApiDeps, 'secretBox'>, { sealed, person_id }: TotpRow): string {
  return demandSecretBox(deps).open(sealed, placeOfSecret(person_id))
}
