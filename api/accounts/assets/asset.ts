import type { Knex } from 'knex'
import { z } from 'zod'
import { findAsset, type Asset } from '#db/accounts/assets.ts'
import type { CurrencyKind } from '#domain/catalogue/currency-kind.ts'
import { formatAmount } from '#domain/money.ts'
import { STATES } from '#domain/operations/operation.ts'
import { ownerBody, ownerSchema, ownScope } from '../accounts/account.ts'
import type { Caller } from '../../http/endpoint.ts'
import { amountOut, text } from '../../http/fields.ts'
import { notFound } from '../../http/problem.ts'

export const assetParams = z.strictObject({ id: text(64).meta({ description: 'Id of the asset' }) })

const TYPES = ['Fiat', 'Crypto', 'Custom'] as const
const TYPE_OF: Readonly<Record<CurrencyKind, (typeof TYPES)[number]>> = {
  fiat: 'Fiat',
  crypto: 'Crypto',
  custom: 'Custom',
}

export const assetSchema = z
  .strictObject({
    id: z.string(),
    uid: z.int().meta({ description: 'Counts assets' }),
    serial: z.string().meta({ description: 'What the money API calls the same thing, a coin, by' }),
    currency: z.string().meta({ examples: ['EUR'] }),
    issuerId: z.string(),
    type: z.enum(TYPES).meta({ description: 'Of its currency' }),
    accountId: z.string(),
    owner: ownerSchema,
    active: z.boolean().meta({ description: 'Both it and its account are on: money can move' }),
    available: amountOut.meta({ description: 'What can be used now: amount less onHold' }),
    onHold: amountOut,
    amount: amountOut,
    allTimeDeposited: amountOut.meta({
      description: 'What top-ups, deposits and the opening balance brought, corrections not taken off',
    }),
    bonus: amountOut.meta({ description: 'Kept apart from money; there is none yet' }),
    address: z.string().nullable().meta({ description: 'Of fiat: an IBAN, or what the bank calls it' }),
    externalId: z.string().nullable(),
    bank: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
    platform: z
      .strictObject({
        id: z.string(),
        label: z.string(),
        name: z.string(),
        account: z.string().meta({ description: 'What the platform calls the account that keeps it' }),
        confirmedBalance: amountOut.nullable(),
        confirmedAt: z.iso.datetime().nullable(),
      })
      .nullable()
      .meta({ description: 'The external platform that keeps its balance' }),
    openingBalance: z
      .strictObject({
        id: z.string().meta({ description: 'Id of the operation' }),
        requestIdentifier: z.int(),
        amount: amountOut,
        phase: z.enum(STATES),
      })
      .nullable()
      .meta({ description: 'What it was asked to begin with; credited when another person approves' }),
    createdAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable().meta({ description: 'Lists leave closed ones out' }),
  })
  .meta({ id: 'Asset' })

export function assetBody(row: Asset): z.infer<typeof assetSchema> {
  const say = (minor: bigint | string) => formatAmount(BigInt(minor), row.fraction)
  const [posted, held] = [BigInt(row.posted), BigInt(row.held)]
  const { bank_id: bankId, bank_name: bankName, opening } = row
  return {
    id: row.id,
    uid: Number(row.uid),
    serial: row.serial,
    currency: row.currency_code,
    issuerId: row.issuer_id,
    type: TYPE_OF[row.currency_kind],
    accountId: row.account_id,
    owner: ownerBody(row),
    active: row.active,
    available: say(posted - held),
    onHold: say(held),
    amount: say(posted),
    allTimeDeposited: say(row.deposited),
    bonus: say(0n),
    address: row.address,
    externalId: row.external_id,
    bank: bankId === null || bankName === null ? null : { id: bankId, name: bankName },
    platform: platformBody(row, say),
    openingBalance: opening && {
      id: opening.id,
      requestIdentifier: Number(opening.request_identifier),
      amount: say(opening.amount),
      phase: opening.state,
    },
    createdAt: row.created_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
  }
}

function platformBody(row: Asset, say: (minor: string) => string) {
  const { platform_id: id, platform_label: label, platform_name: name, platform_account: account } = row
  if (id === null || label === null || name === null || account === null) return null
  const confirmedBalance = row.platform_balance === null ? null : say(row.platform_balance)
  const confirmedAt = row.platform_balance_at?.toISOString() ?? null
  return { id, label, name, account, confirmedBalance, confirmedAt }
}

/** One that the caller may see: clients their own. */
export async function findVisibleAsset(trx: Knex, caller: Caller, id: string): Promise<Asset> {
  const asset = await findAsset(trx, id)
  const scope = ownScope(caller)
  if (!asset || (scope !== undefined && asset.organization_id !== scope)) throw notFound('id', 'asset')
  return asset
}
