import { z } from 'zod'
import { externalIdField } from '../accounts/account.ts'
import { amountText, text } from '../../http/fields.ts'

/** The asset that staff ask for; it belongs to the account that the path names. */
export const assetWish = z.strictObject({
  currency: text(12).meta({ description: 'Code of a currency of the project', examples: ['EUR'] }),
  issuerId: text(64).optional().meta({
    description: 'Needed where the currency has more than one active issuer',
  }),
  balance: amountText.optional().meta({
    description: 'What it begins with: credited when another person approves. Not for one on a platform',
  }),
  address: text(200).optional().meta({
    description: 'Of fiat: an IBAN, unless the bank is integrated. Crypto has wallets instead',
  }),
  externalId: externalIdField.optional(),
  bank: text(64).optional().meta({ description: 'Of fiat: id of a bank of the catalogue' }),
  platform: text(64).optional().meta({ description: 'Id of the external platform that keeps its balance' }),
})
export type AssetWish = z.infer<typeof assetWish>
