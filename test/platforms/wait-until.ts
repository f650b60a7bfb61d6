import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS } from '#test/support/poll.ts'

const PAUSE_MS = 10

/** Asks again until there is an answer that is not undefined, and soon, for what is quick. */
export async function waitUntil<Value>(
  what: string,
  ask: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    const value = await ask()
    if (value !== undefined) return value
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`)
    await sleep(PAUSE_MS)
  }
}
