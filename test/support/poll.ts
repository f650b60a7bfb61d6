const POLL_MS = 50
/** For a condition that will never be; the time that a case may take ends before most such waits. */
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
