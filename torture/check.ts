import { checkCalls } from './check-calls.ts'
import { checkScreenings } from './check-screenings.ts'
import { checkRun, type Violation } from './checker/check-run.ts'
import { countOperations, type Unquiet } from './quiesce.ts'
import { NAMESPACE, type Stack } from './stack.ts'

export type { Violation }

type Run = { readonly logFile: string; readonly unquiet: readonly Unquiet[] }

/** Judges what is left when all is quiet, or should be: the checker, and what only this harness can know. */
export async function checkAfterwards(stack: Stack, { logFile, unquiet }: Run): Promise<Violation[]> {
  const { ownerUrl, temporalAddress, bank } = stack
  return [
    ...unquiet.map((what) => ({ rule: 'everything_comes_to_rest', ...what })),
    ...(await checkRun({
      ownerUrl,
      temporal: { address: temporalAddress, namespace: NAMESPACE },
      logFile,
      bank,
    })),
    ...(await checkScreenings(stack)),
    ...(await checkCalls(stack)),
    ...(await checkThatHalfIsDone(ownerUrl)),
  ]
}

/** An engine that turns everything away breaks no other rule. */
async function checkThatHalfIsDone(ownerUrl: string): Promise<Violation[]> {
  const counts = await countOperations(ownerUrl)
  const sum = (of: typeof counts) => of.reduce((total, { count }) => total + count, 0)
  const [all, processed] = [sum(counts), sum(counts.filter(({ state }) => state === 'processed'))]
  return processed * 2 >= all
    ? []
    : [
        {
          rule: 'half_is_processed',
          subject: 'all operations',
          detail: `${processed} of ${all} are processed`,
        },
      ]
}
