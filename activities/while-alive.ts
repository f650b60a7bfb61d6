import { heartbeat } from '@temporalio/activity'

const BEAT_MS = 5_000

/** Says that its worker lives for as long as the activity runs, so that one that died is followed within seconds. */
export function whileAlive<Input, Output>(
  run: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    heartbeat()
    const beat = setInterval(heartbeat, BEAT_MS)
    try {
      return await run(input)
    } finally {
      clearInterval(beat)
    }
  }
}
