import type { Knex } from 'knex'
import type { Account } from '#db/accounts/accounts.ts'
import type { CurrencyRow } from '#db/catalogue/currencies.ts'
import { recordIntent } from '#db/operations/intents.ts'
import type { Issuer } from '#db/catalogue/issuers.ts'
import { findOrganization } from '#db/identity/organizations.ts'
import { formatAmount } from '#domain/money.ts'
import type { Startable } from '#temporal/gateway.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller } from '../../http/endpoint.ts'
import { readAmount } from '../../http/fields.ts'
import { pinRules } from '../../operations/pin-rules.ts'
import { refusalProblem } from '../../http/problem.ts'
import type { AssetWish } from './asset-wish.ts'

type Asked = { readonly wish: AssetWish; readonly account: Account; readonly currency: CurrencyRow }

/** In minor units; undefined where it begins empty. To a frozen client nothing is promised. */
export async function readOpening(
  trx: Knex,
  { wish: { balance }, account, currency }: Asked,
): Promise<bigint | undefined> {
  if (balance === undefined) return undefined
  const amount = readAmount(balance, currency, 'balance')
  const owner = await findOrganization(trx, account.organization_id)
  if (owner?.frozen_at) throw refusalProblem('client_frozen', 'id')
  return amount
}

type Opening = {
  readonly deps: Pick<ApiDeps, 'newId' | 'now'>
  readonly caller: Caller
  readonly account: Account
  readonly issuer: Issuer
  readonly coin: string
  readonly amount: bigint
}

/** The wish is committed with the asset. It is in nobody's contract, so it costs nothing and takes of no limit. */
export async function askForOpening(
  trx: Knex,
  { deps, caller, account, issuer, coin, amount }: Opening,
): Promise<Startable> {
  const id = deps.newId('op')
  const common = { kind: 'opening_balance', amount, needsDecision: true } as const
  await recordIntent(trx, caller.projectId, {
    ...common,
    id,
    coin,
    issuer: issuer.id,
    organization: account.organization_id,
    senderAmount: amount,
    recipientAmount: amount,
    rules: await pinRules(trx, { ...common, issuerId: issuer.id, at: deps.now() }),
    askedBy: caller.personId,
  })
  const said = `${formatAmount(amount, issuer.currency.fraction)} ${issuer.currency.code}`
  return {
    id,
    kind: 'opening_balance',
    projectId: caller.projectId,
    platform: null,
    summary: `Opening balance of ${said}`,
  }
}
