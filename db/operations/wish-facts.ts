import type { Knex } from 'knex'
import type { ApprovalRule } from '#domain/approvals/approval.ts'
import type { Flow } from '#domain/contracts/commission.ts'
import type { ScreeningPolicy } from '#domain/screening/screening.ts'
import type { CoinFacts } from '../accounts/coin-facts.ts'
import { readRule, type ApprovalRuleRow } from '../approvals/approval-rules.ts'
import type { BankRow } from '../catalogue/banks.ts'
import { toTerms, type Terms, type TermsRow } from '../contracts/terms.ts'
import { queryNamed } from '../named-query.ts'
import { readPolicy, type ScreeningPolicyRow } from '../screening/screening-policies.ts'

export type WishAsked = {
  readonly flow: Flow
  readonly coinSerial: string
  readonly counterSerial?: string | undefined
  readonly bankId?: string | undefined
  /** Which contract terms are in force then. */
  readonly at: Date
}

/** Everything that a wish for money to move is judged by. Undefined: there is no such thing in the project. */
export type WishFacts = {
  readonly coin: CoinFacts | undefined
  readonly counterCoin: CoinFacts | undefined
  readonly bank: Pick<BankRow, 'id' | 'platform'> | undefined
  /** Undefined where no commission rule is in force: then the operation is not offered. */
  readonly terms: Terms | undefined
  readonly policies: readonly ScreeningPolicy[]
  readonly approvals: readonly ApprovalRule[]
}

type Row = {
  readonly wishes: readonly {
    readonly coin: CoinFacts | null
    readonly counterCoin: CoinFacts | null
    readonly bank: WishFacts['bank'] | null
    /** The name under which its terms stand. */
    readonly terms: string | null
  }[]
  readonly terms: Readonly<Record<string, TermsRow | null>>
  readonly policies: readonly ScreeningPolicyRow[]
  readonly approvals: readonly ApprovalRuleRow[]
}

/** In one round trip for all of them, for it is on the way of every payment. Terms are those of the last one’s time. */
export async function readWishFacts(
  db: Knex,
  projectId: string,
  wishes: readonly WishAsked[],
): Promise<WishFacts[]> {
  const asked = wishes.map(({ flow, coinSerial, counterSerial, bankId }, n) => ({
    n,
    flow,
    coin: coinSerial,
    counter: counterSerial,
    bank: bankId,
  }))
  const [found] = await queryNamed<{ facts: Row }>(db, {
    name: 'wish_facts',
    text: 'select wish_facts($1, $2::jsonb, $3) as facts',
    values: [projectId, JSON.stringify(asked), wishes.at(-1)?.at ?? new Date()],
  })
  if (!found) throw new Error('a wish was told no facts')
  const { facts } = found
  const terms = new Map(
    Object.entries(facts.terms).map(([name, said]) => [name, said ? toTerms(said) : undefined]),
  )
  const common = { policies: facts.policies.map(readPolicy), approvals: facts.approvals.map(readRule) }
  return facts.wishes.map((wish) => ({
    ...common,
    coin: wish.coin ?? undefined,
    counterCoin: wish.counterCoin ?? undefined,
    bank: wish.bank ?? undefined,
    terms: wish.terms === null ? undefined : terms.get(wish.terms),
  }))
}
