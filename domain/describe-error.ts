/** What a log may say of an error: never its own words, for a database's messages quote the values it stumbled over. */
export type ErrorDescription = {
  readonly name: string
  readonly code?: string
  readonly constraint?: string
  readonly at: readonly string[]
  readonly cause?: ErrorDescription
}

const FRAMES_MAX = 12
const CAUSES_MAX = 3

export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, at: [] }
  const { code, constraint } = error as { code?: unknown; constraint?: unknown }
  const at = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '))
  return {
    name: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(typeof constraint === 'string' ? { constraint } : {}),
    at: at.slice(0, FRAMES_MAX).map((line) => line.trim()),
    ...(error.cause === undefined || depth >= CAUSES_MAX
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}
