import { z } from 'zod'
import { brokenPasswordRules, PASSWORD_MAX, PASSWORD_MIN } from '#domain/identity/password.ts'

/** Every rule that is broken is named. */
export const newPasswordField = z
  .string()
  .superRefine((password, context) => {
    for (const message of brokenPasswordRules(password)) context.addIssue({ code: 'custom', message })
  })
  .meta({
    description: `${PASSWORD_MIN} to ${PASSWORD_MAX} characters with an upper-case and a lower-case letter, a digit and one of # $ ! @ * & %; not a common one`,
  })
