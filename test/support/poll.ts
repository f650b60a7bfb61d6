const POLL_MS = 50
/** A wait ends after this long in vain. Every answer and every lock that comes at all comes sooner, on whatever machine. */
export const PATIENCE_MS = 240_000

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Looks again and again until there is something; gives up with the words and what was seen last. */
export async function until<Found>(
  words: string,
  look: () => Promise<Found | undefined>,
  describe: () => Promise<unknown> = () => Promise.resolve(undefined),
): Promise<Found> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await pause(POLL_MS)) {
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > deadline)
      throw new Error(`waited for ${words} in vain: ${JSON.stringify(await describe())}`)
  }
}
