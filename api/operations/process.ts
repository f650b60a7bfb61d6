import type { Knex } from 'knex'
import type { z } from 'zod'
import { listAccountNames, listLegs, type AccountName, type LegRow } from '#db/operation-details.ts'
import { listReturnsOf, type OperationRow } from '#db/operations.ts'
import { formatAmount } from '#domain/money.ts'
import { whereTheMoneyIs, wireRequestStatus, wireStatus, wireType } from '#domain/operation.ts'
import type { accountSchema, issuerSchema, processSchema } from './process-schema.ts'

export type Process = z.infer<typeof processSchema>

/** Operations as the money API shows them, with their legs, in four round trips for any number of them. */
export async function toProcesses(trx: Knex, rows: readonly OperationRow[]): Promise<Process[]> {
  const ids = rows.map(({ id }) => id)
  const legs = await listLegs(trx, ids)
  const returns = await listReturnsOf(trx, ids)
  const accountIds = [
    ...rows.flatMap(({ coin_id, counter_coin_id }) => [coin_id, counter_coin_id]),
    ...legs.flatMap(({ from_account, to_account }) => [from_account, to_account]),
  ]
  const names = await listAccountNames(trx, [...new Set(accountIds.filter((id) => id !== null))])
  return rows.map((row) =>
    toProcess(row, {
      names,
      legs: legs.filter(({ operation_id }) => operation_id === row.id),
      children: returns.filter(({ return_of }) => return_of === row.id).map(({ id }) => id),
    }),
  )
}

type Around = {
  readonly names: ReadonlyMap<string, AccountName>
  readonly legs: readonly LegRow[]
  readonly children: readonly string[]
}

function toProcess(row: OperationRow, { names, legs, children }: Around): Process {
  const amount = formatAmount(BigInt(row.amount), row.fraction)
  const account = (id: string) => accountBody(nameOf(names, id))
  const coin = account(row.coin_id)
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
    decideBy: row.decide_by?.toISOString() ?? null,
    description: row.description,
    amount,
    netAmount: amount,
    commission: formatAmount(0n, row.fraction),
    fullName: row.full_name,
    iban: row.iban,
    bankAccountNumber: row.account_number,
    bankInfo: bankInfo(row),
    bankReference: row.platform_reference,
    returnOf: row.return_of,
    refusal: row.refusal,
    reason: row.reason,
    needsAttention: row.attention,
    issuer: coin.issuer,
    clientCoin: coin,
    from: row.kind === 'withdrawal' || row.kind === 'transfer' ? coin : null,
    to: row.kind === 'transfer' ? counter : row.kind === 'withdrawal' ? null : coin,
    transactions: legs.map((leg) => ({
      id: leg.id,
      type: leg.type,
      amount: formatAmount(BigInt(leg.amount), row.fraction),
      from: account(leg.from_account),
      to: account(leg.to_account),
      issuer: coin.issuer,
      performedAt: leg.created_at.toISOString(),
      step: leg.step,
    })),
    children: [...children],
  }
}

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
  name: Pick<AccountName, 'issuer_id' | 'issuer_sn' | 'code' | 'symbol'>,
): z.infer<typeof issuerSchema> {
  return { id: name.issuer_id, sn: name.issuer_sn, currency: name.code, symbol: name.symbol }
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
