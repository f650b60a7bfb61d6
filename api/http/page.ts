import { z, type ZodType } from 'zod'
import { COUNT_MAX, DEPTH_MAX, PAGE_SIZE_MAX } from './view.ts'

const PAGE_SIZE = 50

function whole(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ override: { type: 'integer', minimum: min, maximum: max } })
}

/** Of a boolean in a query. */
export const flag = z
  .string()
  .regex(/^(true|false)$/, 'must be true or false')
  .transform((word) => word === 'true')
  .meta({ override: { type: 'boolean' } })

/** The query of every `GET` that lists page by page. */
export function pageQuery<Shape extends z.ZodRawShape>(filters: Shape) {
  return z.strictObject({
    ...filters,
    limit: whole(1, PAGE_SIZE_MAX).default(PAGE_SIZE),
    offset: whole(0, DEPTH_MAX - 1).default(0),
  })
}

export function pageAnswer(record: ZodType) {
  return z.strictObject({
    message: z.string().meta({ description: 'Says so where there is nothing' }),
    data: z.array(record),
    total: z.int(),
    totalIsCapped: z.boolean().meta({ description: 'There are more than the total says' }),
    limit: z.int(),
    offset: z.int(),
  })
}

/** `total` may be COUNT_MAX + 1, which means more than is counted. `one`: what one of them is called. */
export function pageReply(
  { limit, offset }: { readonly limit: number; readonly offset: number },
  { total, data, one }: { readonly total: number; readonly data: readonly unknown[]; readonly one: string },
) {
  const message = data.length === 0 ? 'No data to display' : `${data.length} ${one}(s)`
  const totalIsCapped = total > COUNT_MAX
  return {
    status: 200,
    body: { message, data, total: Math.min(total, COUNT_MAX), totalIsCapped, limit, offset },
  }
}
