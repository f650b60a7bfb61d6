import type { Asked } from './rows.ts'

export type Heard = { readonly status: number; readonly text: string }

export type Where = { readonly url: string; readonly route: string; readonly token?: string | undefined }

/** Sends what was asked to a route written as `post /path/:name`. */
export async function ask({ url, route, token }: Where, asked: Asked): Promise<Heard> {
  const [method = '', path = ''] = route.split(' ')
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(asked.params?.[name] ?? name),
  )
  const answer = await fetch(`${url}${filled}${asked.query === undefined ? '' : `?${asked.query}`}`, {
    method: method.toUpperCase(),
    headers: {
      ...(token === undefined ? {} : { Authorization: `TOKEN ${token}` }),
      ...(asked.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(asked.file === undefined ? {} : { 'Content-Type': asked.file.type }),
    },
    ...(asked.body === undefined ? {} : { body: JSON.stringify(asked.body) }),
    ...(asked.file === undefined ? {} : { body: asked.file.text }),
  })
  return { status: answer.status, text: await answer.text() }
}

/** The answer without what names the call or was said in it: the same for two calls if one learns the same from both. */
export function learnt({ status, text }: Heard, { body: said = {} }: Asked): string {
  const body: unknown = text.startsWith('{') ? JSON.parse(text) : text
  if (typeof body !== 'object' || body === null || !('code' in body && 'errors' in body))
    return `${status} ${text}`
  const words = Object.values(said).filter((value) => typeof value === 'string')
  const errors = words.reduce((rest, word) => rest.replaceAll(word, '…'), JSON.stringify(body.errors))
  return `${status} ${String(body.code)} ${errors}`
}
