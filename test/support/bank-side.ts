import { SIGNATURE_HEADER, signCall } from '#integrations/platforms/simulated/signature.ts'
import { until } from './poll.ts'

export const BANK_KEYS = { apiKey: 'bank-key', callbackSecret: 'bank-secret' }

/**
 * Faults after which the bank has done what was asked, in the order of its own table, and whether the engine knew at once.
 */
export const FAULTS_OVERCOME = [
  ['timeout_before_commit', 'outcome_unknown'],
  ['timeout_after_commit', 'outcome_unknown'],
  ['commit_late', 'outcome_unknown'],
  ['answer_late', 'known'],
  ['callback_twice', 'known'],
  ['garbage_answer', 'outcome_unknown'],
  ['callback_early', 'known'],
  ['callback_contradicts', 'known'],
  ['reset_connection', 'outcome_unknown'],
  ['server_error', 'outcome_unknown'],
] as const

export type BankPayout = {
  readonly reference: string
  readonly amount: string
  readonly currency: string
  readonly status: 'pending' | 'confirmed' | 'refused' | 'returned'
  readonly bankReference?: string
}
type BankBook = { readonly payouts: readonly BankPayout[] }

/** The simulated bank as its own staff sees it: its book, its faults, and money that it sends back. */
export function bankSide(url: string) {
  return {
    /** Of the next payout, unless a reference or an amount says of which. */
    orderFault: (fault: string, more: object = {}) => ask(url, '/faults', { body: { fault, ...more } }),
    /** What is due later for this payout happens now. */
    hurryBank: (reference: string) => hurry(url, about(reference)),
    /** The same of an order about a balance that it keeps. */
    hurryOrder: (reference: string) => hurry(url, `/orders/${encodeURIComponent(reference)}`),
    /** Anything else of what it answers to its staff. */
    askBank: (path: string, said: Said = {}) => ask(url, path, said),
    giveBack: (reference: string) => ask(url, `${about(reference)}/return`, { body: {} }),
    bankBook: async () => (await ask(url, '/book')) as BankBook,
    payoutsOf: async (reference: string) => {
      const { payouts } = (await ask(url, '/book')) as BankBook
      return payouts.filter((payout) => payout.reference === reference)
    },
  }
}

/** The headers of a call that the bank has signed. */
export function signedAsBank(rawBody: string, atMs = Date.now()): Record<string, string> {
  const signature = signCall(BANK_KEYS.callbackSecret, rawBody, Math.floor(atMs / 1_000))
  return { 'content-type': 'application/json', [SIGNATURE_HEADER]: signature }
}

function about(reference: string): string {
  return `/payouts/${encodeURIComponent(reference)}`
}

type Said = { readonly method?: string; readonly body?: object }

async function ask(url: string, path: string, said: Said = {}): Promise<unknown> {
  const { response, text } = await call(url, path, said)
  if (!response.ok) throw new Error(`the bank answered ${response.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** What is booked as sent may still be on its way to the bank, where nothing is due before it has arrived. */
function hurry(url: string, path: string): Promise<true> {
  return until(`something to be due at the bank: ${path}`, async () => {
    const { response, text } = await call(url, `${path}/hurry`, { body: {} })
    if (response.ok) return true
    if (response.status !== 409 && response.status !== 404)
      throw new Error(`the bank answered ${response.status}: ${text}`)
    return undefined
  })
}

async function call(url: string, path: string, { body, ...said }: Said) {
  const { method = body ? 'POST' : 'GET' } = said
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${BANK_KEYS.apiKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { response, text: await response.text() }
}
