import { z } from 'zod'
import { inProject } from '#db/connection.ts'
import { changeWalletAddress, lockWallet } from '#db/accounts/wallets.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import {
  addressField,
  auditWallet,
  readWalletAddress,
  walletBody,
  walletParams,
  walletSchema,
  walletTaken,
} from './wallet.ts'

export const patchWallet = endpoint({
  method: 'patch',
  path: '/wallets/:id',
  family: 'Wallets',
  summary: 'Change the address of a wallet',
  description: 'Its network stays.',
  access: 'ACCOUNT_MANAGER',
  params: walletParams,
  body: z.strictObject({
    address: addressField,
    network: z.never({ error: 'cannot be changed' }).optional(),
  }),
  answers: { 200: { description: 'As it is now', body: walletSchema } },
  async handle({ params, body: { address }, caller }, { db }) {
    const changed = await inProject(db, caller.projectId, async (trx) => {
      const before = await lockWallet(trx, params.id)
      if (!before) throw notFound('id', 'wallet')
      const spelt = await readWalletAddress(trx, { network: before.network, address })
      const after = await changeWalletAddress(trx, before.id, spelt)
      if (!after) throw walletTaken()
      await auditWallet(trx, caller, { verb: 'change', before, after })
      return after
    })
    return { status: 200, body: walletBody(changed) }
  },
})
