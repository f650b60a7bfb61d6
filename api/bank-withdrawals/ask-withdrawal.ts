import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import type { Party } from '#db/intents.ts'
import { formatAmount } from '#domain/money.ts'
import type { ApiDeps } from '../deps.ts'
import type { Caller, Reply } from '../endpoint.ts'
import { askFor } from '../operations/ask-for.ts'
import { readIdempotency } from '../operations/idempotency.ts'
import { readCoinAndAmount, type CoinAndAmount } from '../operations/wish-context.ts'

/** Where the money goes. Without a platform an accountant pays it out and types in the bank's reference. */
export type Destination = {
  readonly bank?: string
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
  const { coin, amount, destination } = await inProject(deps.db, caller.projectId, async (trx) => {
    const found = await readCoinAndAmount(trx, caller, { ...serial, amount: body.amount })
    return { ...found, destination: await destinationOf(trx, body, found) }
  })
  const wish = {
    kind: 'withdrawal',
    needsDecision: true,
    coin: coin.id,
    issuer: coin.issuer_id,
    organization: coin.organization_id,
    amount,
    ...destination,
    summary: `Withdrawal of ${formatAmount(amount, coin.fraction)} ${coin.code}`,
  } as const
  return askFor(deps, caller, { wish, idempotency })
}

export const HOLDS = 'The amount is held on the coin until an accountant accepts or declines.'
