import type { Answer, Call } from './api.ts'
import { freshCode } from './catalogue.ts'

export type Desk = (method: string, path: string, body?: unknown) => Promise<Answer>

/** Calls as one person. */
export function deskOf(call: Call, token: string): Desk {
  return (method, path, body) => call(method, path, { token, body })
}

/** An account of a client that is on, of a type of its own. */
export async function openAccount(desk: Desk, owner: string, more: object = {}): Promise<string> {
  const label = freshCode()
  await desk('POST', '/configurations/account-types', { label, name: 'A type' })
  const id = (await desk('POST', '/accounts', { type: label, owner, ...more })).text('id')
  const switched = await desk('PATCH', `/accounts/${id}`, { active: true })
  switched.text('id')
  return id
}

export async function trailOf(desk: Desk, id: string): Promise<unknown> {
  return (await desk('POST', '/audit-trails/view', { filter: { subjectIds: [id] } })).at('records')
}
