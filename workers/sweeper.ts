import { setTimeout } from 'node:timers/promises'
import { describeError } from '#domain/describe-error.ts'
import { sweep, type Sweep } from './sweep.ts'

/** Sweeps now and then, one round after another, until stopped. */
export function startSweeper(deps: Sweep, everyMs: number): { stop(): Promise<void> } {
  const stopping = new AbortController()

  async function sweepOn(): Promise<void> {
    while (!stopping.signal.aborted) {
      await sweep(deps).catch((error: unknown) =>
        deps.logger.warn({ error: describeError(error) }, 'sweep ended early'),
      )
      await setTimeout(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  const rounds = sweepOn()
  return {
    stop: () => {
      stopping.abort()
      return rounds
    },
  }
}
