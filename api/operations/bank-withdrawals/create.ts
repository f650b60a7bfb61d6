import { z } from 'zod'
import { endpoint } from '../../http/endpoint.ts'
import { amountText, text } from '../../http/fields.ts'
import { bankFields } from '../bank-fields.ts'
import { askAnswers } from '../money-answers.ts'
import { askWithdrawal, demandPayoutAccount, HOLDS } from './ask-withdrawal.ts'

const bankDetails = z
  .strictObject({
    name: text(),
    fullName: bankFields.fullName,
    iban: bankFields.iban,
    bankAccountNumber: bankFields.bankAccountNumber,
    address: text().optional(),
    bic: text(11).optional(),
    swift: text(11).optional(),
  })
  .refine(({ iban, bankAccountNumber }) => iban !== undefined || bankAccountNumber !== undefined, {
    path: ['iban'],
    message: 'or bankAccountNumber is needed, to know where the money goes',
  })

export const withdraw = endpoint({
  method: 'post',
  path: '/bank-withdrawals',
  family: 'Bank withdrawals',
  summary: 'Ask for a withdrawal to an approved account, paid out by hand',
  description: `${HOLDS} Whatever bank the account is at, an accountant pays it out and enters the reference.`,
  access: 'BANK_WITHDRAWAL_OWNER',
  idempotent: true,
  body: z.strictObject({
    coin: text(34).meta({ description: 'Serial of the coin' }),
    amount: amountText,
    bankDetails,
    description: bankFields.description,
  }),
  answers: askAnswers,
  handle: ({ body, caller, headers }, deps) =>
    askWithdrawal(deps, caller, {
      body,
      headers,
      path: '/bank-withdrawals',
      serial: { coinSerial: body.coin, parameter: 'coin' },
      destinationOf: async (trx, { bankDetails: details, description }, { coin }) => {
        const { fullName, iban, bankAccountNumber, ...bank } = details
        const bankAccount = await demandPayoutAccount(
          trx,
          {
            coinId: coin.id,
            ...(iban === undefined ? {} : { iban }),
            ...(bankAccountNumber === undefined ? {} : { accountNumber: bankAccountNumber }),
          },
          { fullName, parameter: iban === undefined ? 'bankDetails.bankAccountNumber' : 'bankDetails.iban' },
        )
        return {
          bankAccount,
          platform: null,
          party: { fullName, iban, accountNumber: bankAccountNumber, description, bankDetails: bank },
        }
      },
    }),
})
