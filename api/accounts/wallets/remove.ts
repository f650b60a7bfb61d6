import { inProject } from '#db/connection.ts'
import { lockWallet, removeWallet } from '#db/accounts/wallets.ts'
import { endpoint } from '../../http/endpoint.ts'
import { notFound } from '../../http/problem.ts'
import { auditWallet, walletParams } from './wallet.ts'

export const deleteWallet = endpoint({
  method: 'delete',
  path: '/wallets/:id',
  family: 'Wallets',
  summary: 'Remove a wallet',
  access: 'ACCOUNT_MANAGER',
  params: walletParams,
  answers: { 204: { description: 'Removed' } },
  async handle({ params, caller }, { db }) {
    await inProject(db, caller.projectId, async (trx) => {
      const before = await lockWallet(trx, params.id)
      if (!before) throw notFound('id', 'wallet')
      await removeWallet(trx, before.id)
      await auditWallet(trx, caller, { verb: 'remove', before })
    })
    return { status: 204 }
  },
})
