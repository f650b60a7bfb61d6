import { z } from 'zod'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { bankFields, readBank } from '../bank-fields.ts'
import { askAnswers } from '../money-answers.ts'
import { askWithdrawal, demandPayoutAccount, HOLDS } from './ask-withdrawal.ts'

export const withdrawWithBank = endpoint({
  method: 'post',
  path: '/bank-withdrawals/with-bank',
  family: 'Bank withdrawals',
  summary: 'Ask for a withdrawal to an account at a bank of the catalogue',
  description: HOLDS,
  access: 'BANK_WITHDRAWAL_OWNER',
  idempotent: true,
  body: z
    .strictObject({ coinSerial: text(34), amount: amountText, ...bankFields })
    .refine(({ iban, bankAccountNumber }) => iban !== undefined || bankAccountNumber !== undefined, {
      path: ['iban'],
      message: 'or bankAccountNumber is needed, to know where the money goes',
    }),
  answers: askAnswers,
  handle: ({ body, caller, headers }, deps) =>
    askWithdrawal(deps, caller, {
      body,
      headers,
      path: '/bank-withdrawals/with-bank',
      serial: { coinSerial: body.coinSerial, parameter: 'coinSerial' },
      destinationOf: async (trx, { bankId, fullName, iban, bankAccountNumber, description }, { coin }) => {
        const { id, platform } = await readBank(trx, bankId)
        const bankAccount = await demandPayoutAccount(
          trx,
          {
            coinId: coin.id,
            bankId,
            ...(iban === undefined ? {} : { iban }),
            ...(bankAccountNumber === undefined ? {} : { accountNumber: bankAccountNumber }),
          },
          { fullName, parameter: iban === undefined ? 'bankAccountNumber' : 'iban' },
        )
        return {
          bank: id,
          bankAccount,
          platform,
          party: { fullName, iban, accountNumber: bankAccountNumber, description },
        }
      },
    }),
})
