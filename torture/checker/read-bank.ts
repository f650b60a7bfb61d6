import type { BankEntry } from './run.ts'

export type BankAt = { readonly url: string; readonly apiKey: string }

/** The whole of the bank's own book. @throws where the bank does not show it */
export async function readBank({ url, apiKey }: BankAt): Promise<BankEntry[]> {
  const answer = await fetch(`${url}/book`, { headers: { authorization: `Bearer ${apiKey}` } })
  if (!answer.ok) throw new Error(`the bank does not show its book: ${answer.status}`)
  const { payouts } = (await answer.json()) as { payouts: BankEntry[] }
  return payouts
}
