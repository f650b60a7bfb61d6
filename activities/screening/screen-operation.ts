import { ApplicationFailure } from '@temporalio/activity'
import { inProject } from '#db/connection.ts'
import { findProjectOf } from '#db/identity/project-of.ts'
import { answerScreeningCheck, beginScreeningCheck, readScreeningSubject } from '#db/screening/screenings.ts'
import type { ScreeningVerdict } from '#domain/operations/screening-verdict.ts'
import type { ScreeningAnswer, ScreeningSubject } from '#domain/screening/screening.ts'
import type { ActivityDeps } from '../deps.ts'

/** Safe to repeat: a check only reads outside, and its first answer stands. Reasons stay in Postgres, names nowhere else. */
export function screenOperation({ db, screening }: ActivityDeps) {
  return async ({
    operation,
    n,
  }: {
    readonly operation: string
    readonly n: number
  }): Promise<{ readonly verdict: ScreeningVerdict }> => {
    const projectId = await findProjectOf(db, operation)
    if (projectId === undefined) throw ApplicationFailure.nonRetryable('no such operation', 'Fault')
    const begun = await inProject(db, projectId, async (trx) => {
      const asked = await readScreeningSubject(trx, { operation, n })
      if (!asked) throw ApplicationFailure.nonRetryable('nothing asks for a check of this operation', 'Fault')
      const { provider } = asked
      return { ...asked, verdict: await beginScreeningCheck(trx, { operation, n, projectId, provider }) }
    })
    if (begun.verdict !== null) return { verdict: begun.verdict }
    const answer = await ask(screening, begun)
    const verdict = await inProject(db, projectId, (trx) =>
      answerScreeningCheck(trx, { operation, n, answer }),
    )
    return { verdict }
  }
}

/** What a provider throws may quote names and the address of a service: neither belongs into a history. */
async function ask(
  providers: ActivityDeps['screening'],
  { provider: label, subject }: { provider: string; subject: ScreeningSubject },
): Promise<ScreeningAnswer> {
  const provider = providers.get(label)
  if (!provider) throw ApplicationFailure.retryable('this worker has no such provider', 'NoProvider')
  try {
    return await provider.check(subject)
  } catch {
    throw ApplicationFailure.retryable('the provider gave no usable answer', 'NoUsableAnswer')
  }
}
