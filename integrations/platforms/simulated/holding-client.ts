import type { Outgoing, OutgoingAnswer, OutgoingRequest, Place } from '#domain/platforms/holding-platform.ts'
import { readJson } from './client.ts'
import type { Answer } from './client.ts'

const RETRY_AFTER = /^[0-9]{1,6}$/

/** What the bank said, or that it was not asked at all. */
export type HoldingAnswer = Answer | Extract<OutgoingAnswer, { kind: 'not_sent' }>

export type HoldingClient = {
  postOrder(body: object): Promise<HoldingAnswer>
  getOrder(reference: string): Promise<HoldingAnswer>
  getBalance(place: Place): Promise<HoldingAnswer>
  /** Since in ISO 8601; the page is what the page before named. */
  getEntries(asked: Place & { since: string; page: string | null }): Promise<HoldingAnswer>
  getPing(): Promise<HoldingAnswer>
}

/** @throws at once where the url is not one. */
export function createHoldingClient(
  { apiUrl, apiKey }: { readonly apiUrl: string; readonly apiKey: string },
  send: Outgoing,
): HoldingClient {
  const base = new URL(apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`)
  const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' }

  async function ask(
    path: string,
    message: Pick<OutgoingRequest, 'method' | 'body'>,
  ): Promise<HoldingAnswer> {
    const answer = await send({
      ...message,
      url: new URL(path, base).href,
      headers: message.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
    })
    return answer.kind === 'answered' ? read(answer) : answer
  }

  const get = (path: string) => ask(path, { method: 'GET' })
  return {
    postOrder: (body) => ask('orders', { method: 'POST', body: JSON.stringify(body) }),
    getOrder: (reference) => get(`orders/${encodeURIComponent(reference)}`),
    getBalance: ({ account, currency }) =>
      get(`accounts/${encodeURIComponent(account)}/balances/${encodeURIComponent(currency)}`),
    getEntries: ({ account, currency, since, page }) => {
      const query = new URLSearchParams({ currency, since, ...(page === null ? {} : { page }) })
      return get(`accounts/${encodeURIComponent(account)}/entries?${query.toString()}`)
    },
    getPing: () => get('ping'),
  }
}

/** 429 is said before anything is looked at: nothing was taken. No other status is as good as not having asked. */
function read({ status, headers, text }: Extract<OutgoingAnswer, { kind: 'answered' }>): HoldingAnswer {
  if (status !== 429) return { kind: 'answered', status, body: readJson(text) }
  const seconds = headers['retry-after'] ?? ''
  return {
    kind: 'not_sent',
    reason: 'rate limited',
    ...(RETRY_AFTER.test(seconds) && { retryAfterMs: Number(seconds) * 1_000 }),
  }
}
