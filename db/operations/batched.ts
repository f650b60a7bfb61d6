import type { Database } from '../connection.ts'
import { gather, gatherByProject } from '../gather.ts'
import { findTokenOwners, type TokenOwner } from '../identity/tokens.ts'
import { keepAnswers, showOperations, type Answered, type ShownOperation } from './shown-operations.ts'
import { readWishFacts, type WishAsked, type WishFacts } from './wish-facts.ts'

/** What is on the way of every payment, each in one round trip that callers of the same moment share. */
export type Batched = {
  /** Undefined where the token is unknown or expired, or its member was switched off. */
  tokenOwner(tokenHash: Buffer): Promise<TokenOwner | undefined>
  wishFacts(projectId: string, asked: WishAsked): Promise<WishFacts>
  operation(projectId: string, id: string): Promise<ShownOperation | undefined>
  /** The first answer stands; this gives it back, ours or the one that was quicker. */
  keepAnswer(projectId: string, answered: Answered): Promise<unknown>
}

export function createBatched(db: Database): Batched {
  return {
    tokenOwner: gather((hashes: readonly Buffer[]) => findTokenOwners(db, hashes)),
    wishFacts: gatherByProject((projectId, wishes: readonly WishAsked[]) =>
      readWishFacts(db, projectId, wishes),
    ),
    operation: gatherByProject((projectId, ids: readonly string[]) => showOperations(db, projectId, ids)),
    keepAnswer: gatherByProject((projectId, answers: readonly Answered[]) =>
      keepAnswers(db, projectId, answers),
    ),
  }
}
