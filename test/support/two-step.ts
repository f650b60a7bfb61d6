import { TOTP, Secret } from 'otpauth'
import type { Answer, Call } from './api.ts'
import type { Person } from './people.ts'

/** What an authenticator app with this secret shows at a moment, so many steps away. */
export function appCode(secret: string, atMs: number, steps = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: atMs + steps * 30_000 })
}

export type App = { readonly secret: string; readonly recoveryCodes: readonly string[] }

/** Puts an authenticator app in force; the code of `atMs` is used up by it. */
export async function enrolApp(call: Call, { token, password }: Person, atMs: number): Promise<App> {
  const enrolled = await call('POST', '/profiles/my/totp', { token, body: { password } })
  const secret = enrolled.text('secret')
  const otp = appCode(secret, atMs)
  const confirmed: Answer = await call('POST', '/profiles/my/totp/confirm', { token, body: { otp } })
  confirmed.text('recoveryCodes.0')
  return { secret, recoveryCodes: confirmed.at('recoveryCodes') as string[] }
}
