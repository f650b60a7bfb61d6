import { z } from 'zod'
import type { ScreeningEntryRow, StoredScreeningList } from '#db/screening/screening-lists.ts'
import { MATCH_FROM, NEAR_FROM } from '#domain/screening/name-match.ts'
import { wordsOf } from '#domain/screening/name-words.ts'
import { text } from '../../http/fields.ts'
import { badParameter } from '../../http/problem.ts'

export const onMatch = z
  .enum(['hit', 'review'])
  .meta({ description: 'What a match means; a name that is only near is always a review' })

const score = z.int().min(50).max(100)
export const matchFrom = score.meta({ description: 'Score from which it is a match', examples: [MATCH_FROM] })
export const nearFrom = score.meta({ description: 'Score from which a person looks', examples: [NEAR_FROM] })

export const listSchema = z
  .strictObject({
    id: z.string().meta({ examples: ['scl_01h2xcejqtf2nbrexx3vqjhp41'] }),
    name: z.string(),
    description: z.string().nullable(),
    onMatch,
    matchFrom: z.int(),
    nearFrom: z.int(),
    active: z.boolean(),
    entries: z.int().meta({ description: 'How many names it has, aliases apart' }),
  })
  .meta({ id: 'AmlList' })

export function listBody(row: StoredScreeningList): z.infer<typeof listSchema> {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    onMatch: row.on_match,
    matchFrom: row.match_from,
    nearFrom: row.near_from,
    active: row.active,
    entries: row.entries,
  }
}

/** @throws Problem that names `nearFrom` */
export function checkScores({
  matchFrom: match,
  nearFrom: near,
}: {
  matchFrom: number
  nearFrom: number
}): void {
  if (near > match) throw badParameter('nearFrom', `must be at most matchFrom (${match})`)
}

/** A name that can be compared: one letter or digit of some script at least. */
const listedName = text(300).refine((name) => wordsOf(name).length > 0, 'must have letters')

export const entryKind = z.enum(['person', 'organization'])

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/, 'must be a country code of two capital letters')
  .meta({ examples: ['KP'] })

export const entryFields = z.strictObject({
  name: listedName.meta({ description: 'In any script', examples: ['MADURO MOROS, Nicolas'] }),
  aliases: z.array(listedName).max(50).default([]),
  kind: entryKind.default('person'),
  country: country.optional(),
})

export const entrySchema = z
  .strictObject({
    id: z.string().meta({ examples: ['sce_01h2xcejqtf2nbrexx3vqjhp41'] }),
    name: z.string(),
    aliases: z.array(z.string()),
    kind: entryKind,
    country: z.string().nullable(),
  })
  .meta({ id: 'AmlListEntry' })

export function entryBody(row: ScreeningEntryRow): z.infer<typeof entrySchema> {
  const { id, name, aliases, kind, country: code } = row
  return { id, name, aliases, kind, country: code }
}
