import { setImmediate as turn } from 'node:timers/promises'

/** The child's side of `part.ts`: it was started with one JSON argument and says by IPC that it is up. */
export function readArgument(): unknown {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** From then on it answers what its parent asks, and ends with it. */
export function sayUp(up: object): void {
  process.on('message', (question) => {
    if (question === 'memory') void settledMemory().then((bytes) => process.send?.({ bytes }))
    // By itself, so that a profile that was asked for is written.
    if (question === 'end') process.exit(0)
  })
  process.once('disconnect', () => process.exit(0))
  process.send?.({ up })
}

/** Resident bytes after what can be let go is let go: garbage that waits for its turn is no growth. */
async function settledMemory(): Promise<number> {
  for (let times = 0; times < 3; times += 1) {
    globalThis.gc?.()
    await turn()
  }
  return process.memoryUsage.rss()
}
