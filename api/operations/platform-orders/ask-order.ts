import type { Knex } from 'knex'
import { findCoinFactsById, type CoinFacts } from '#db/accounts/coin-facts.ts'
import { isCoinActive } from '#db/accounts/coins.ts'
import { inProject } from '#db/connection.ts'
import type { Intent, Party } from '#db/operations/intents.ts'
import { ORDER_OF } from '#db/platforms/orders.ts'
import { readPlatform } from '#db/platforms/platforms.ts'
import { formatAmount } from '#domain/money.ts'
import type { OrderKind } from '#domain/operations/operation.ts'
import { isClientRole } from '#domain/identity/role.ts'
import type { ApiDeps } from '../../http/deps.ts'
import type { Caller, Reply } from '../../http/endpoint.ts'
import { readAmount } from '../../http/fields.ts'
import { askFor } from '../ask-for.ts'
import { readIdempotency } from '../idempotency.ts'
import { pinRules, price } from '../pin-rules.ts'
import { notFound, Problem, refusalProblem } from '../../http/problem.ts'

export type OnPlatform = CoinFacts & { readonly platform_id: string }

/** What an order has besides its amount: where it goes, or what is bought. */
type Rest = { readonly party?: Party; readonly counterCoin?: CoinFacts }

type Asked<Body> = {
  readonly kind: OrderKind
  readonly path: string
  readonly asset: string
  readonly body: Body
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly needsDecision: boolean
  readonly restOf: (trx: Knex, asset: OnPlatform) => Promise<Rest>
}

/** What a deposit, a withdrawal and a trade on a platform have in common: a wish like any other, whose doing is the platform's. */
export async function askOrder<
  Body extends { readonly amount: string; readonly description?: string | undefined },
>(
  deps: ApiDeps,
  caller: Caller,
  { kind, path, asset: id, body, headers, needsDecision, restOf }: Asked<Body>,
): Promise<Reply> {
  const idempotency = readIdempotency(headers, `POST /assets/${id}/${path}`, body)
  const at = deps.now()
  const wishOf = async (trx: Knex) => {
    const coin = await demandOnPlatform(trx, caller, { id })
    // By the name that this call has for it; the book looks again when it moves.
    if (!(await isCoinActive(trx, coin.id))) throw refusalProblem('coin_inactive', 'id')
    await demandOffered(trx, deps, { platform: coin.platform_id, kind })
    const amount = readAmount(body.amount, coin)
    const { party, counterCoin } = await restOf(trx, coin)
    const { terms, charge } = await price(trx, { flow: kind, coin, amount, at })
    if (kind === 'platform_trade' && charge.commission !== 0n) throw tradesAreFree()
    const { senderAmount, recipientAmount } = charge
    const common = { kind, amount, needsDecision } as const
    return {
      ...common,
      coin: coin.id,
      ...(counterCoin ? { counterCoin: counterCoin.id } : {}),
      issuer: coin.issuer_id,
      organization: coin.organization_id,
      senderAmount,
      recipientAmount,
      platform: coin.platform_id,
      party: { ...party, description: body.description },
      rules: await pinRules(trx, { ...common, issuerId: coin.issuer_id, terms, at }),
      summary: `${NAMES[kind]} of ${formatAmount(amount, coin.fraction)} ${coin.code}`,
    } satisfies Omit<Intent, 'id'> & { summary: string }
  }
  return askFor(deps, caller, {
    wishOf: () => inProject(deps.db, caller.projectId, wishOf),
    idempotency,
    coin: 'id',
  })
}

const NAMES: Readonly<Record<OrderKind, string>> = {
  platform_deposit: 'Platform deposit',
  platform_withdrawal: 'Platform withdrawal',
  platform_trade: 'Platform trade',
}

/** Clients move their own assets; another's is not there for them. */
export async function demandOnPlatform(
  trx: Knex,
  caller: Caller,
  { id, parameter = 'id' }: { readonly id: string; readonly parameter?: string },
): Promise<OnPlatform> {
  const coin = await findCoinFactsById(trx, id)
  if (!coin || (isClientRole(caller.role) && coin.organization_id !== caller.organizationId))
    throw notFound(parameter, 'asset')
  if (coin.platform_id === null) {
    const message =
      'is not on a platform: its balance is kept here, and moved by top-ups, withdrawals and transfers'
    throw new Problem(422, 'asset_not_on_platform', {
      detail: `The asset ${message}.`,
      errors: [{ parameter, message }],
    })
  }
  return { ...coin, platform_id: coin.platform_id }
}

/** Some platforms take no deposits from us, or trade nothing. */
async function demandOffered(
  trx: Knex,
  { holdingLabels }: ApiDeps,
  { platform, kind }: { readonly platform: string; readonly kind: OrderKind },
): Promise<void> {
  const row = await readPlatform(trx, platform)
  if (!row) throw new Error(`an asset is on the platform ${platform}, which is not there`)
  const label = holdingLabels.find((one) => one.label === row.label)
  if (label?.capabilities.orders.includes(ORDER_OF[kind])) return
  const message = `is on ${row.label}, which takes no ${ORDER_OF[kind]} from us`
  throw new Problem(422, 'order_not_offered', {
    detail: `The asset ${message}.`,
    errors: [{ parameter: 'id', message }],
  })
}

/** A trade moves what the platform keeps, and a commission of ours would not be there. */
function tradesAreFree(): Problem {
  const message =
    'cannot be traded while the contract takes a commission for trades: the platform keeps all of it'
  return new Problem(422, 'commission_on_trade', {
    detail: `amount ${message}.`,
    errors: [{ parameter: 'amount', message }],
  })
}
