import type { BankEntry, HeldBook, HeldEntry, HeldOrder } from './run.ts'

export type BankAt = { readonly url: string; readonly apiKey: string }

/** The whole of the bank's own book. @throws where the bank does not show it */
export async function readBank(at: BankAt): Promise<BankEntry[]> {
  const { payouts } = (await ask(at, '/book')) as { payouts: BankEntry[] }
  return payouts
}

/** All that moved on the accounts that it keeps, and what it was asked to do there. @throws as above */
export async function readHeld(at: BankAt): Promise<HeldBook> {
  const { orders } = (await ask(at, '/book/orders')) as { orders: HeldOrder[] }
  const { entries } = (await ask(at, '/book/entries')) as { entries: HeldEntry[] }
  return { orders, entries }
}

async function ask({ url, apiKey }: BankAt, path: string): Promise<unknown> {
  const answer = await fetch(url + path, { headers: { authorization: `Bearer ${apiKey}` } })
  if (!answer.ok) throw new Error(`the bank does not show its book at ${path}: ${answer.status}`)
  return answer.json()
}
