/**
 * A reason why Sluice did not start that the person at the terminal can mend. The message is one sentence that says
 * what to do; it is printed as it stands, without a stack.
 */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
}

export function problemSentence(error: unknown): string {
  return error instanceof StartProblem ? error.message : `Sluice has a fault and stops: ${reasonOf(error)}`
}

/** The first line of what somebody else's error says. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0])
  const text = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return String(text).split('\n')[0] || 'no reason given'
}
