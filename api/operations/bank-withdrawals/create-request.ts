import { z } from 'zod'
import { findPayoutAccount } from '#db/accounts/bank-accounts.ts'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { askAnswers } from '../money-answers.ts'
import { badParameter } from '../../http/problem.ts'
import { askWithdrawal, HOLDS } from './ask-withdrawal.ts'

export const requestWithdrawal = endpoint({
  method: 'post',
  path: '/bank-withdrawals/create-request',
  family: 'Bank withdrawals',
  summary: 'Ask for a withdrawal to an approved bank account of the coin',
  description: HOLDS,
  access: 'BANK_WITHDRAWAL_OWNER',
  idempotent: true,
  body: z.strictObject({
    coinSerial: text(34),
    amount: amountText,
    bankAccountId: text(64),
    description: text(500).optional(),
  }),
  answers: askAnswers,
  handle: ({ body, caller, headers }, deps) =>
    askWithdrawal(deps, caller, {
      body,
      headers,
      path: '/bank-withdrawals/create-request',
      serial: { coinSerial: body.coinSerial, parameter: 'coinSerial' },
      destinationOf: async (trx, { bankAccountId, description }, { coin }) => {
        const account = await findPayoutAccount(trx, { coinId: coin.id, bankAccountId })
        if (!account) throw badParameter('bankAccountId', 'is not a bank account of this coin')
        if (account.status !== 'APPROVED')
          throw badParameter('bankAccountId', `must be APPROVED; it is ${account.status}`)
        const { full_name: fullName, iban, account_number: accountNumber } = account
        return {
          bank: account.bank.id,
          bankAccount: account.id,
          platform: account.bank.platform,
          party: {
            fullName,
            iban: iban ?? undefined,
            accountNumber: accountNumber ?? undefined,
            description,
          },
        }
      },
    }),
})
