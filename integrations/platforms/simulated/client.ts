import { Agent, request } from 'undici'

const ANSWER_SIZE_MAX = 64 * 1024

/** `body` is undefined where it is not JSON. */
export type Answer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'no_answer'; readonly reason: string }

export type BankClient = {
  postPayout(body: object): Promise<Answer>
  getPayout(reference: string): Promise<Answer>
  /** Instants in ISO 8601; the page is what the page before named. */
  getBook(asked: { from: string; to: string; page: string | null }): Promise<Answer>
}

export type BankAccess = {
  readonly url: string
  readonly apiKey: string
  /** For the connection, and again for the whole exchange. */
  readonly timeoutMs: number
}

/**
 * Never throws for what happens on the wire: an outage is an answer of its own. Redirects are not followed.
 * @throws at once where the url is not one.
 */
export function createBankClient({ url, apiKey, timeoutMs }: BankAccess): BankClient {
  const base = new URL(url.endsWith('/') ? url : `${url}/`)
  const dispatcher = new Agent({ connect: { timeout: timeoutMs }, maxResponseSize: ANSWER_SIZE_MAX })
  const headers = { authorization: `Bearer ${apiKey}`, accept: 'application/json' }

  async function ask(path: string, message: { method: 'GET' | 'POST'; body?: string }): Promise<Answer> {
    try {
      const { statusCode, body } = await request(new URL(path, base), {
        ...message,
        dispatcher,
        headers: message.body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(timeoutMs),
      })
      return { kind: 'answered', status: statusCode, body: readJson(await body.text()) }
    } catch (error) {
      return { kind: 'no_answer', reason: reasonOf(error) }
    }
  }

  return {
    postPayout: (body) => ask('payouts', { method: 'POST', body: JSON.stringify(body) }),
    getPayout: (reference) => ask(`payouts/${encodeURIComponent(reference)}`, { method: 'GET' }),
    getBook: ({ from, to, page }) => {
      const query = new URLSearchParams({ from, to, ...(page === null ? {} : { page }) })
      return ask(`book/payouts?${query.toString()}`, { method: 'GET' })
    },
  }
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The code only: a message may quote what was sent. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return `no answer: ${code}`
}
