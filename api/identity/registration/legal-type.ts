import { z } from 'zod'
import type { LegalType } from '#db/identity/one-time-codes.ts'
import type { Role } from '#domain/identity/role.ts'

export const legalTypeField = z.enum(['individual', 'corporation'])

type Asked = { readonly role: Role; readonly legalType?: LegalType | undefined }
type Context = { addIssue(issue: { code: 'custom'; path: string[]; message: string }): void }

/** A merchant says what they are; an individual is one; staff has none. */
export function checkLegalType({ role, legalType }: Asked, context: Context): void {
  const message =
    role === 'merchant'
      ? legalType === undefined && 'is required for a merchant'
      : legalType !== undefined && legalType !== role && `does not fit the role ${role}`
  if (message) context.addIssue({ code: 'custom', path: ['legalType'], message })
}
