import type { Role } from '#domain/identity/role.ts'
import type { Things } from './things.ts'

/** What is sent: the path's parameters by name, and a body or query that the endpoint takes. */
export type Asked = {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: object
  /** In place of a body: a file of this type. */
  readonly file?: { readonly type: string; readonly text: string }
}

export type Row = {
  readonly ask: (things: Things) => Promise<Asked> | Asked
  /** The answer about what is the caller's own, or their project's; of some roles another than of the rest. */
  readonly own: number
  readonly but?: Partial<Record<Role, number>>
  /** Where a name of somebody else's is an answer and no error: a search that finds nothing. */
  readonly elsewhere?: number
  /** Ends the caller's session. */
  readonly spendsToken?: true
}

/** By who may call. */
export type Section = { readonly who: string; readonly routes: Readonly<Record<string, Row>> }

export const nothing = () => ({})
export const view = { ask: () => ({ body: {} }), own: 200 }

export function about(
  pick: (things: Things) => Promise<string>,
  { name = 'id', ...more }: { name?: string; body?: object } = {},
) {
  return async (things: Things): Promise<Asked> => ({ params: { [name]: await pick(things) }, ...more })
}
