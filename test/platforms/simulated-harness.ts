import type { Platform } from '#domain/platforms/platform.ts'
import { createPlatforms } from '#integrations/platforms/registry.ts'
import { startSimulatedBank } from '#integrations/platforms/simulated/server/server.ts'
import type { SimulatedBankOptions } from '#integrations/platforms/simulated/server/server.ts'
import { SIGNATURE_HEADER, signCall } from '#integrations/platforms/simulated/signature.ts'
import type { Harness } from './contract.ts'

export const API_KEY = 'key-of-the-tests'
export const SECRET = 'secret-of-the-tests'
/** Long enough to be heard on a busy machine, short enough to wait for in vain. */
const IMPATIENT_MS = 1_000

type Reply = { readonly status: number; readonly body: unknown }
/** A string is sent as it is, anything else as JSON. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Reply>

export type TestBank = { readonly url: string; readonly ask: Ask; stop(): Promise<void> }

export async function startTestBank(options: Partial<SimulatedBankOptions> = {}): Promise<TestBank> {
  const settings = { port: 0, apiKey: API_KEY, callbackSecret: SECRET, callbackPauseMs: 10, ...options }
  const bank = await startSimulatedBank(settings)
  return { url: bank.url, ask: askerOf(bank.url), stop: () => bank.stop() }
}

export function askerOf(url: string, authorization = `Bearer ${API_KEY}`): Ask {
  return async (method, path, body) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }
}

export const simulatedHarness: Harness = {
  label: 'simulated',
  async start() {
    const bank = await startTestBank()
    return {
      platform: platformAt(bank.url),
      impatient: platformAt(bank.url, IMPATIENT_MS),
      async order(fault, about) {
        const { status } = await bank.ask('POST', '/faults', { fault, ...about })
        if (status !== 201) throw new Error(`the fault ${fault} was not taken: ${status}`)
      },
      async hurry(reference) {
        const { status } = await bank.ask('POST', `/payouts/${encodeURIComponent(reference)}/hurry`)
        if (status >= 500) throw new Error(`the bank did not hurry: ${status}`)
      },
      async bookings(reference) {
        const { payouts } = (await bank.ask('GET', '/book')).body as Book
        return payouts
          .filter((one) => one.reference === reference && one.bankReference !== undefined)
          .map(({ amount, currency, creditor }) => ({ amount, currency, creditorName: creditor.fullName }))
      },
      call(event, signedAt) {
        const rawBody = JSON.stringify({ ...event, at: signedAt.toISOString() })
        const signature = signCall(SECRET, rawBody, Math.floor(signedAt.getTime() / 1000))
        return { headers: { [SIGNATURE_HEADER]: signature }, rawBody }
      },
      stop: () => bank.stop(),
    }
  },
}

/** @param timeoutMs the adapter's own where it is left out. */
export function platformAt(url: string, timeoutMs?: number): Platform {
  const access = {
    url,
    apiKey: API_KEY,
    callbackSecret: SECRET,
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
  const platform = createPlatforms({ simulated: access }).get('simulated')
  if (!platform) throw new Error('the registry has no simulated bank')
  return platform
}

type Book = {
  readonly payouts: readonly {
    readonly reference: string
    readonly amount: string
    readonly currency: string
    readonly creditor: { readonly fullName: string }
    readonly bankReference?: string
  }[]
}
