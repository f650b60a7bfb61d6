import { setTimeout as sleep } from 'node:timers/promises'
import type { Stack } from './stack.ts'

/** What the next payout meets, or the one with this reference. */
export type BankOrder = {
  readonly fault: string
  readonly reference?: string
  /** Of the one that sends exactly this. */
  readonly amount?: string
  readonly times?: number
  readonly delayMs: number
}

export function orderAtBank({ url, apiKey }: Stack['bank'], order: BankOrder): Promise<void> {
  return post(`${url}/faults`, apiKey, order)
}

export function orderAtProvider(
  { url }: Stack['aml'],
  order: { readonly fault: string; readonly times: number },
): Promise<void> {
  return post(`${url}/faults`, '', order)
}

/** Nobody fails by order any more. */
export async function forgetOrders(stack: Pick<Stack, 'bank' | 'aml'>): Promise<void> {
  await forget(`${stack.bank.url}/faults`, stack.bank.apiKey)
  await forgetOrdersOfProvider(stack)
}

export function forgetOrdersOfProvider({ aml }: Pick<Stack, 'aml'>): Promise<void> {
  return forget(`${aml.url}/faults`, '')
}

/** One that is frozen takes the order when it thaws. */
const TAKEN_WITHIN_MS = 15_000

async function post(url: string, key: string, body: object): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TAKEN_WITHIN_MS),
  })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
}

const FORGET_TRIES = 20

async function forget(url: string, key: string): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    const isDone = await fetch(url, { method: 'DELETE', headers: { authorization: `Bearer ${key}` } }).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isDone) return
    if (tried === FORGET_TRIES) throw new Error(`${url} does not forget its orders`)
    await sleep(500)
  }
}
