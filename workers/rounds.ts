import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { describeError } from '#domain/describe-error.ts'

export type Rounds = { stop(): Promise<void> }

/** Does the work now and then, one round after another, until stopped; a round that fails is logged and not the last. */
export function startRounds(
  work: (signal: AbortSignal) => Promise<void>,
  { name, everyMs, logger }: { name: string; everyMs: number; logger: Logger },
): Rounds {
  const stopping = new AbortController()
  const { signal } = stopping

  async function goOn(): Promise<void> {
    while (!signal.aborted) {
      await work(signal).catch((error: unknown) =>
        logger.warn({ error: describeError(error) }, `${name} ended early`),
      )
      await setTimeout(everyMs, undefined, { signal }).catch(() => undefined)
    }
  }

  const rounds = goOn()
  return {
    stop: () => {
      stopping.abort()
      return rounds
    },
  }
}
