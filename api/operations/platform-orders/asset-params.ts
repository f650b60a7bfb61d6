import { z } from 'zod'
import { text } from '../../http/fields.ts'

export const assetParams = z.strictObject({ id: text(64).meta({ description: 'Id of the asset' }) })

export const asksOfAsset = z.strictObject({
  status: z.literal('ok'),
  state: z.enum(['agrees', 'differs', 'busy', 'away']).nullable().meta({
    description:
      'differs: see the breaks. busy: an order is under way. away: the platform gave no usable answer, and the balance shown is as old as it says. null: no answer yet',
  }),
})
