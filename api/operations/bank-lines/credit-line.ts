import type { BankLineRow } from '#db/operations/bank-lines.ts'
import type { CoinFacts } from '#db/accounts/coin-facts.ts'
import { inProject } from '#db/connection.ts'
import { recordIntent } from '#db/operations/intents.ts'
import type { OperationId } from '#domain/ids.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'
import { Problem } from '../../http/problem.ts'
import { topUpOverLine } from './top-up-over-line.ts'

/** The top-up that a line starts by itself is named after it, so that it is started once, whoever posts the line again. */
export function ownTopUpOf({ id }: Pick<BankLineRow, 'id'>): OperationId {
  return id.replace(/^line_/, 'op_') as OperationId
}

/**
 * Starts the top-up that takes a line's money to the coin that it names. Committed first; what is not submitted in time
 * the sweeper submits.
 * @returns the rule for which none was started, by its name
 */
export async function creditLine(
  deps: ApiDeps,
  caller: Caller,
  { line, coin, submitBy }: { line: BankLineRow; coin: CoinFacts; submitBy: Date },
): Promise<string | undefined> {
  const id = ownTopUpOf(line)
  try {
    const { summary, ...intent } = await inProject(deps.db, caller.projectId, (trx) =>
      topUpOverLine(trx, { line, coin, needsDecision: false, at: deps.now() }),
    )
    const { isNew } = await recordIntent(deps.db, caller.projectId, {
      ...intent,
      id,
      askedBy: caller.personId,
    })
    const leftMs = submitBy.getTime() - deps.now().getTime()
    if (isNew && leftMs > 0)
      await deps.temporal.submit(
        { id, kind: intent.kind, projectId: caller.projectId, platform: null, summary },
        leftMs,
      )
  } catch (error) {
    // The client's contract offers no such top-up: the money stays in suspense.
    if (error instanceof Problem) return error.code
    throw error
  }
  return undefined
}
