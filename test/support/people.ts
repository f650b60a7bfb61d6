import { randomUUID } from 'node:crypto'
import type { Role } from '#domain/identity/role.ts'
import { ADMIN, type Answer, type Call } from './api.ts'

/** Somebody who is signed in, as the public API made them. */
export type Person = {
  readonly id: string
  readonly organizationId: string
  readonly login: string
  readonly password: string
  readonly token: string
}

export const PASSWORD = 'Quiet-River5!stone'

export function newLogin(name = 'person'): string {
  return `${name}-${randomUUID()}@example.com`
}

export async function signIn(call: Call, login: string, password: string): Promise<Person> {
  return personIn(await call('POST', '/authorization', { body: { login, password } }), { login, password })
}

export function asAdministrator(call: Call): Promise<Person> {
  return signIn(call, ADMIN.login, ADMIN.password)
}

/** The newest code that was sent to a login. */
export async function readCode(call: Call, login: string): Promise<string> {
  const { token } = await asAdministrator(call)
  const outbox = await call('GET', `/sandbox/outbox?to=${encodeURIComponent(login)}`, { token })
  return outbox.text('records.0.code')
}

/** Registers a customer and confirms with the code from the outbox. */
export async function registerClient(
  call: Call,
  asked: { readonly login?: string; readonly role?: 'individual' | 'merchant'; readonly name?: string } = {},
): Promise<Person> {
  const { login = newLogin('client'), role = 'individual', name } = asked
  const legalType = role === 'merchant' ? 'individual' : undefined
  const sent = await call('POST', '/registration', { body: { login, role, legalType, name } })
  sent.text('action')
  return confirm(call, login)
}

/** Adds a member of staff and has them choose their password. */
export async function createStaff(call: Call, role: Role, login = newLogin(role)): Promise<Person> {
  const { token } = await asAdministrator(call)
  const systems = await call('POST', '/organizations', { token, body: { filter: { types: ['system'] } } })
  const organizationId = systems.text('records.0.id')
  const added = await call('POST', '/users', { token, body: { login, role, organizationId } })
  added.text('user.id')
  return confirm(call, login)
}

/** Takes the code from the outbox and chooses a password. */
export async function confirm(call: Call, login: string): Promise<Person> {
  const body = { login, otp: await readCode(call, login), password: PASSWORD }
  return personIn(await call('POST', '/registration/confirm', { body }), { login, password: PASSWORD })
}

function personIn(answer: Answer, credentials: { login: string; password: string }): Person {
  return {
    id: answer.text('members.0.user.id'),
    organizationId: answer.text('members.0.organization.id'),
    token: answer.text('authorizationToken.token'),
    ...credentials,
  }
}
