import type { Outgoing } from '#domain/platforms/holding-platform.ts'
import { readAnswer } from '#integrations/platforms/exact-answer.ts'
import type { ExactAnswer } from '#integrations/platforms/exact-answer.ts'

export type MeridianClient = {
  get(path: string): Promise<ExactAnswer>
  post(path: string, body: object): Promise<ExactAnswer>
}

/** @throws at once where the url is not one. */
export function createMeridianClient(
  { apiUrl, apiKey }: { readonly apiUrl: string; readonly apiKey: string },
  send: Outgoing,
): MeridianClient {
  const base = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`)
  const headers = { 'x-branch-key': apiKey, accept: 'application/json' }
  const urlOf = (path: string) => new URL(path, base).href
  return {
    get: async (path) => readAnswer(await send({ method: 'GET', url: urlOf(path), headers }), [429]),
    post: async (path, body) =>
      readAnswer(
        await send({
          method: 'POST',
          url: urlOf(path),
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
        [429],
      ),
  }
}
