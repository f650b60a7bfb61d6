import type { Answer } from './api.ts'
import { useApi } from './use-api.ts'

/** What is done with users over the API, by the administrator unless another token is given. */
export function useUsers() {
  const api = useApi()
  return {
    api,
    add: (body: object, token = api.admin.token): Promise<Answer> =>
      api.call('POST', '/users', { token, body }),
    view: (filter: object, more: object = {}, token = api.admin.token): Promise<Answer> =>
      api.call('POST', '/users/view', { token, body: { filter, ...more } }),
    change: (id: string, body: object, token = api.admin.token): Promise<Answer> =>
      api.call('PATCH', `/users/${id}`, { token, body }),
    /** In rising order. */
    idsOf: async (answer: Promise<Answer>): Promise<string[]> => {
      const records = (await answer).at('records') as { id: string }[]
      return records.map(({ id }) => id).toSorted()
    },
  }
}
