import { z } from 'zod'

/** A moment with its offset, as a Date: Postgres refuses offsets and years that ISO 8601 allows. */
export const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .meta({ examples: ['2030-01-31T12:00:00Z'] })
