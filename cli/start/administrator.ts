import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { readLogin } from '#domain/identity/login.ts'
import { brokenPasswordRules } from '#domain/identity/password.ts'
import { keptText } from '#embedded/process/private-file.ts'
import { StartProblem } from '#embedded/start-problem.ts'
import { badValue, demandText, textOf, type Environment } from './environment.ts'

export type Administrator = { readonly login: string; readonly password: string }

export const LOGIN = 'SLUICE_ADMIN_LOGIN'
export const PASSWORD = 'SLUICE_ADMIN_PASSWORD'

const EMBEDDED_LOGIN = 'admin@sluice.local'
const KINDS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '#$!@*&%'] as const
/** 20 of 63 characters: more than 100 bits, and still short enough to type. */
const PASSWORD_LENGTH = 20

/** Outside the embedded default nobody could read a generated password, so there both are demanded. */
export function demandAdministrator(env: Environment): Administrator {
  const where = 'to the first administrator’s, because DATABASE_URL is given'
  return checked({ login: demandText(env, LOGIN, where), password: demandText(env, PASSWORD, where) })
}

/** What is not given is kept from the first start, in a file that only its owner may read. */
export async function embeddedAdministrator(env: Environment, dataDir: string): Promise<Administrator> {
  const login = textOf(env, LOGIN) ?? EMBEDDED_LOGIN
  const password = textOf(env, PASSWORD) ?? (await keptText(join(dataDir, 'admin-password'), newPassword))
  return checked({ login, password })
}

/** The rule for all passwords (DESIGN 8), with one character of each kind first and the order then shuffled. */
export function newPassword(): string {
  const all = KINDS.join('')
  const fill = Array.from({ length: PASSWORD_LENGTH - KINDS.length }, () => all)
  return shuffled([...KINDS, ...fill].map((kind) => kind.charAt(randomInt(kind.length)))).join('')
}

function checked(administrator: Administrator): Administrator {
  if (!readLogin(administrator.login))
    throw badValue(LOGIN, 'an e-mail address or an international phone number')
  const broken = brokenPasswordRules(administrator.password)
  if (broken.length > 0) throw new StartProblem(`${PASSWORD} ${broken.join(' and ')}.`)
  return administrator
}

function shuffled<T>(items: readonly T[]): T[] {
  const rest = [...items]
  return items.flatMap(() => rest.splice(randomInt(rest.length), 1))
}
