import { isClientRole, type Role } from './role.ts'

/** What follows a right password: nothing, a code by message, or a code of an authenticator app. */
export const TWO_STEPS = ['none', 'otp', 'totp'] as const
export type TwoStep = (typeof TWO_STEPS)[number]

export type SignInPolicy = { readonly clientsNeedOtp: boolean; readonly staffNeedOtp: boolean }

/** What the project demands of a role, whatever its members choose. */
export function demandedStep(policy: SignInPolicy, role: Role): 'none' | 'otp' {
  return (isClientRole(role) ? policy.clientsNeedOtp : policy.staffNeedOtp) ? 'otp' : 'none'
}

/** What somebody chose counts where it is more than what is demanded: an app is more than a message. */
export function secondStep(chosen: TwoStep, demanded: 'none' | 'otp'): TwoStep {
  return chosen === 'none' ? demanded : chosen
}

/** A time step of RFC 6238 is 30 seconds. */
export const TOTP_STEP_MS = 30_000
