import { z } from 'zod'
import { LOGIN_MAX, readLogin } from '#domain/identity/login.ts'

/** A login in any spelling; handlers get the canonical one. */
export const loginField = z
  .string()
  .max(LOGIN_MAX)
  .transform((text, context) => {
    const login = readLogin(text)
    if (login) return login
    context.addIssue({
      code: 'custom',
      message: 'must be an e-mail address or a phone number with its country, such as +4930901820',
    })
    return z.NEVER
  })
  .meta({ description: 'An e-mail address or an international phone number', examples: ['jane@example.com'] })
