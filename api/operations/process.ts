import type { z } from 'zod'
import type { AccountName } from '#db/operations/operation-details.ts'
import type { OperationRow } from '#db/operations/operations.ts'
import type { ShownOperation } from '#db/operations/shown-operations.ts'
import { formatAmount } from '#domain/money.ts'
import {
  isOutgoing,
  whereTheMoneyIs,
  wireRequestStatus,
  wireStatus,
  wireType,
} from '#domain/operations/operation.ts'
import type { accountSchema, issuerSchema, processSchema } from './process-schema.ts'

export type Process = z.infer<typeof processSchema>

/** An operation as the money API shows it. */
export function toProcess({ row, names, legs, children }: ShownOperation): Process {
  const say = (minor: string | bigint) => formatAmount(BigInt(minor), row.fraction)
  const [amount, sent, received] = [row.amount, row.sender_amount, row.recipient_amount].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ]
  const issuer = issuerBody(row)
  const account = (id: string) => accountBody(nameOf(names, id))
  const coin = row.coin_id === null ? null : account(row.coin_id)
  const counter = row.counter_coin_id === null ? null : account(row.counter_coin_id)
  return {
    id: row.id,
    type: wireType(row.kind),
    status: wireStatus(row.state),
    requestIdentifier: Number(row.request_identifier),
    requestStatus: wireRequestStatus(row.state),
    phase: row.state,
    phaseSince: row.state_since.toISOString(),
    where: whereTheMoneyIs(row.kind, row.state),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    decideBy: (EXPIRING.has(row.state) && row.decide_by?.toISOString()) || null,
    description: row.description,
    amount: say(amount),
    netAmount: say(received),
    commission: say(row.commission),
    operationAmountDetails: {
      senderGrossAmount: say(sent),
      senderNetAmount: say(amount),
      senderFee: say(sent - amount),
      recipientGrossAmount: say(amount),
      recipientNetAmount: say(received),
      recipientFee: say(amount - received),
    },
    fullName: row.full_name,
    iban: row.iban,
    bankAccountNumber: row.account_number,
    bankInfo: bankInfo(row),
    bankReference: row.platform_reference,
    sold: row.sold_amount === null ? null : say(row.sold_amount),
    bought: boughtBody(row, names),
    returnOf: row.return_of,
    reversalOf: row.reversal_of,
    bankLineId: row.bank_line_id,
    refusal: row.refusal,
    reason: row.reason,
    needsAttention: row.attention,
    issuer,
    clientCoin: coin,
    from: isOutgoing(row.kind) ? coin : null,
    to: isOutgoing(row.kind) ? counter : coin,
    transactions: legs.map((leg) => ({
      id: leg.id,
      type: leg.type,
      amount: formatAmount(BigInt(leg.amount), nameOf(names, leg.to_account).fraction),
      from: account(leg.from_account),
      to: account(leg.to_account),
      issuer: issuerBody(nameOf(names, leg.to_account)),
      performedAt: leg.created_at.toISOString(),
      step: leg.step,
    })),
    children: [...children],
  }
}

/** Of a trade: what it came to, in the other currency. */
function boughtBody(
  { bought_amount: bought, counter_coin_id: coin }: OperationRow,
  names: ShownOperation['names'],
) {
  if (bought === null || coin === null) return null
  const { fraction, code } = nameOf(names, coin)
  return { amount: formatAmount(BigInt(bought), fraction), currency: code }
}

/** States that end by themselves when nobody decides in time. */
const EXPIRING: ReadonlySet<OperationRow['state']> = new Set(['limited', 'awaiting_decision'])

function nameOf(names: ReadonlyMap<string, AccountName>, id: string): AccountName {
  const name = names.get(id)
  if (!name) throw new Error(`account ${id} is not in the project`)
  return name
}

function accountBody(name: AccountName): z.infer<typeof accountSchema> {
  return {
    serial: name.serial,
    name: name.name,
    type: name.type,
    technical: name.technical,
    organizationId: name.organization_id,
    organizationName: name.organization_name,
    issuer: issuerBody(name),
  }
}

export function issuerBody(
  name: Pick<AccountName, 'issuer_id' | 'issuer_sn' | 'symbol'> &
    ({ code: string } | { currency_code: string }),
): z.infer<typeof issuerSchema> {
  const currency = 'code' in name ? name.code : name.currency_code
  return { id: name.issuer_id, sn: name.issuer_sn, currency, symbol: name.symbol }
}

function bankInfo(row: OperationRow): Process['bankInfo'] {
  if (row.bank_id === null) return row.bank_details
  return {
    bankId: row.bank_id,
    name: row.bank_name,
    bic: row.bic,
    swift: row.swift,
    address: row.bank_address,
    city: row.bank_city,
    zipCode: row.bank_zip_code,
    country: row.bank_country,
  }
}
