import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { findPayoutAccount } from '#db/accounts/bank-accounts.ts'
import type { Party } from '#db/operations/intents.ts'
import { formatAmount } from '#domain/money.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller, Reply } from '../../http/endpoint.ts'
import { askFor } from '../ask-for.ts'
import { readIdempotency } from '../idempotency.ts'
import { pinRules, price } from '../pin-rules.ts'
import { badParameter } from '../../http/problem.ts'
import { readCoinAndAmount, type CoinAndAmount } from '../wish-context.ts'

/** Where the money goes. Without a platform an accountant pays it out and types in the bank's reference. */
export type Destination = {
  readonly bank?: string
  readonly bankAccount: string
  readonly platform: string | null
  readonly party: Party
}

type Asked<Body> = {
  readonly body: Body
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly path: string
  readonly serial: { readonly coinSerial: string; readonly parameter: string }
  readonly destinationOf: (trx: Knex, body: Body, found: CoinAndAmount) => Destination | Promise<Destination>
}

/** What the three ways to ask for a withdrawal have in common; they differ in how they name the destination. */
export async function askWithdrawal<Body extends { readonly amount: string }>(
  deps: ApiDeps,
  caller: Caller,
  { body, headers, path, serial, destinationOf }: Asked<Body>,
): Promise<Reply> {
  const idempotency = readIdempotency(headers, `POST ${path}`, body)
  const at = deps.now()
  const wishOf = async (trx: Knex) => {
    const found = await readCoinAndAmount(trx, caller, { ...serial, amount: body.amount })
    const { coin, amount } = found
    const { terms, charge } = await price(trx, { flow: 'bank_withdrawal', ...found, at })
    const { senderAmount, recipientAmount } = charge
    const common = { kind: 'withdrawal', amount, needsDecision: true } as const
    return {
      ...common,
      ...(await destinationOf(trx, body, found)),
      coin: coin.id,
      issuer: coin.issuer_id,
      organization: coin.organization_id,
      senderAmount,
      recipientAmount,
      rules: await pinRules(trx, { ...common, issuerId: coin.issuer_id, terms, at }),
      summary: `Withdrawal of ${formatAmount(amount, coin.fraction)} ${coin.code}`,
    }
  }
  return askFor(deps, caller, {
    wishOf: () => inProject(deps.db, caller.projectId, wishOf),
    idempotency,
  })
}

/** The coin's own account that the request names: money goes out only to one that was approved. */
export async function demandPayoutAccount(
  trx: Knex,
  named: Parameters<typeof findPayoutAccount>[1],
  { fullName, parameter }: { fullName: string; parameter: string },
): Promise<string> {
  const account = await findPayoutAccount(trx, named)
  if (account?.status !== 'APPROVED')
    throw badParameter(
      parameter,
      account
        ? `must be of a bank account that is APPROVED; it is ${account.status}`
        : 'is not of a bank account of this coin; add it and have it approved first',
    )
  if (account.full_name.toLowerCase() !== fullName.toLowerCase())
    throw badParameter('fullName', 'must be the name that the bank account was approved with')
  return account.id
}

export const HOLDS = 'The amount is held on the coin until an accountant accepts or declines.'
