/** npm passes the terminal's Ctrl-C on, so one press arrives twice within moments. */
const SAME_PRESS_MS = 1_000

export type Interruption = {
  /** Ends in order. */
  readonly first: () => void
  /** Ends at once: for a person who pressed again, later than the echo of the first press. */
  readonly second: () => void
}

export function onInterrupt({ first, second }: Interruption): void {
  let firstAtMs: number | undefined
  const handle = () => {
    const nowMs = Date.now()
    if (firstAtMs === undefined) first()
    else if (nowMs - firstAtMs > SAME_PRESS_MS) second()
    firstAtMs ??= nowMs
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, handle)
}
