import { readLogin, type Login } from '#domain/identity/login.ts'
import type { Caller } from '../../http/endpoint.ts'

/** The login of whoever calls, with the channel that it is reached by. */
export function loginOf({ login }: Caller): Login {
  const read = readLogin(login)
  if (!read) throw new Error('a login that was taken before cannot be read')
  return read
}
