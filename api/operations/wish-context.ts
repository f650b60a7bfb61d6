import type { Knex } from 'knex'
import { findCoinFacts, type CoinFacts } from '#db/accounts/coin-facts.ts'
import type { Charge } from '#domain/contracts/commission.ts'
import { formatAmount } from '#domain/money.ts'
import { isClientRole } from '#domain/identity/role.ts'
import type { Caller } from '../http/endpoint.ts'
import { readAmount } from '../http/fields.ts'
import { badParameter } from '../http/problem.ts'
import { issuerBody } from './process.ts'

export type CoinAndAmount = { readonly coin: CoinFacts; readonly amount: bigint }

/** The coin the caller may move, and the amount in its currency. Clients move their own coins; staff any of the project. */
export async function readCoinAndAmount(
  trx: Knex,
  caller: Caller,
  asked: { coinSerial: string; amount: string; parameter?: string },
): Promise<CoinAndAmount> {
  return coinAndAmountOf(await findCoinFacts(trx, asked.coinSerial), caller, asked)
}

/** The same of a coin that was read already. */
export function coinAndAmountOf(
  coin: CoinFacts | undefined,
  caller: Caller,
  { parameter = 'coinSerial', amount }: { amount: string; parameter?: string },
): CoinAndAmount {
  // Another's coin is refused in the same words as none at all.
  if (!coin || (isClientRole(caller.role) && coin.organization_id !== caller.organizationId)) {
    throw badParameter(parameter, 'is not the serial of a coin that you may use')
  }
  demandKeptHere(coin, parameter)
  return { coin, amount: readAmount(amount, coin) }
}

/** What a platform keeps is moved there, and nowhere else. */
export function demandKeptHere({ platform_id }: Pick<CoinFacts, 'platform_id'>, parameter: string): void {
  if (platform_id !== null)
    throw badParameter(parameter, 'is kept on a platform: use POST /assets/{id}/deposit, withdraw or trade')
}

/** What the operation will take, to the minor unit. */
export function calculation({ coin, amount }: CoinAndAmount, charge: Charge) {
  const say = (minor: bigint) => formatAmount(minor, coin.fraction)
  return {
    status: 'ok',
    message:
      charge.commission === 0n ? 'No commission applies.' : 'The commission is taken as the contract says.',
    transactionAmount: say(amount),
    senderAmountPush: say(charge.senderAmount),
    recipientAmountPush: say(charge.recipientAmount),
    commissionAmountPush: say(charge.commission),
    issuer: issuerBody(coin),
  }
}
