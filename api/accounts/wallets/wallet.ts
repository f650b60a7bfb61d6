import type { Knex } from 'knex'
import { z } from 'zod'
import { appendAudit } from '#db/audit.ts'
import { holdConfigurationItem, listConfigurationItems } from '#db/catalogue/configurations.ts'
import type { WalletRow } from '#db/accounts/wallets.ts'
import { ADDRESS_FORMATS } from '#domain/catalogue/configuration.ts'
import { readAddress } from '#domain/accounts/wallet-address.ts'
import type { Caller } from '../../http/endpoint.ts'
import { text } from '../../http/fields.ts'
import { badParameter, conflict, type Problem } from '../../http/problem.ts'

export const walletParams = z.strictObject({ id: text(64).meta({ description: 'Id of the wallet' }) })

export const walletSchema = z
  .strictObject({
    id: z.string(),
    assetId: z.string(),
    network: z.string().meta({ description: 'Label of a network of the project; it stays' }),
    address: z.string(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Wallet' })

export const addressField = text().meta({ description: 'Checked as the network says' })

export function walletBody(row: WalletRow): z.infer<typeof walletSchema> {
  return {
    id: row.id,
    assetId: row.coin_id,
    network: row.network,
    address: row.address,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

const formatOf = z.object({ addressFormat: z.enum(ADDRESS_FORMATS) })

/** In its one spelling. The network is not removed before the transaction ends. */
export async function readWalletAddress(
  trx: Knex,
  { network, address }: { readonly network: string; readonly address: string },
): Promise<string> {
  const section = 'networks'
  const item = await holdConfigurationItem(trx, { section, label: network })
  if (!item) {
    const labels = (await listConfigurationItems(trx, section)).map(({ label }) => label)
    throw badParameter(
      'network',
      labels.length === 0
        ? `${network} is not configured, and no other network is: create them under /configurations/networks`
        : `${network} is not configured; those that are: ${labels.join(', ')}`,
    )
  }
  const read = readAddress(formatOf.parse(item.details).addressFormat, address)
  if ('fault' in read) throw badParameter('address', read.fault)
  return read.address
}

export function walletTaken(): Problem {
  return conflict('wallet_exists', 'address', 'is a wallet of this network already')
}

type Changed = {
  readonly verb: 'create' | 'change' | 'remove'
  readonly before?: WalletRow
  readonly after?: WalletRow
}

export async function auditWallet(
  trx: Knex,
  caller: Caller,
  { verb, before, after }: Changed,
): Promise<void> {
  const wallet = after ?? before
  if (!wallet) throw new Error('nothing was changed')
  await appendAudit(trx, caller.projectId, [
    {
      actor: caller.personId,
      source: 'api',
      action: `wallet.${verb}`,
      subjectType: 'wallet',
      subjectId: wallet.id,
      before: before ? walletBody(before) : null,
      after: after ? walletBody(after) : null,
    },
  ])
}
