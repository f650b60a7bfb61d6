import type { Unquiet } from './quiesce.ts'
import type { Stack } from './stack.ts'

/** What must not be. */
export type Violation = { readonly rule: string; readonly subject: string; readonly detail: string }

/** Judges what is left when all is quiet, or should be. */
export async function checkAfterwards(
  _stack: Stack,
  { unquiet }: { readonly logFile: string; readonly unquiet: readonly Unquiet[] },
): Promise<Violation[]> {
  return unquiet.map((what) => ({ rule: 'everything comes to rest', ...what }))
}
