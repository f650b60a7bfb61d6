import { z, type ZodType } from 'zod'

export const PAGE_SIZE_MAX = 100
/** Deeper pages cost as much as everything before them; narrow the filter instead. */
export const DEPTH_MAX = 10_000
/** Counting stops here, so that a long list takes no longer than a short one; `totalIsCapped` says so. */
export const COUNT_MAX = 1_000

const direction = z.enum(['asc', 'desc'])

/** The body of every `POST …/view`: a page, a filter and at most one field to sort by. */
export function viewBody<Filter extends ZodType, Field extends string>(
  filter: Filter,
  sortFields: readonly [Field, ...Field[]],
) {
  return z
    .strictObject({
      pageNumber: z.int().min(0).default(0),
      pageSize: z.int().min(1).max(PAGE_SIZE_MAX).default(20),
      filter: filter.optional(),
      sort: z
        .strictObject(Object.fromEntries(sortFields.map((field) => [field, direction.optional()])))
        .refine((sort) => Object.keys(sort).length <= 1, 'takes one field')
        .optional(),
    })
    .refine(({ pageNumber, pageSize }) => (pageNumber + 1) * pageSize <= DEPTH_MAX, {
      path: ['pageNumber'],
      message: `must stay within the first ${DEPTH_MAX} records; narrow the filter`,
    })
}

export function viewAnswer(record: ZodType) {
  return z.strictObject({
    status: z.literal('ok'),
    pageNumber: z.int(),
    pageSize: z.int(),
    totalRecords: z.int(),
    totalIsCapped: z.boolean().meta({ description: 'There are more than the totals say' }),
    totalPages: z.int(),
    records: z.array(record),
  })
}

export type Page = { readonly pageNumber: number; readonly pageSize: number }

/** `total` may be COUNT_MAX + 1, which means more than is counted. */
export function viewReply(page: Page, total: number, records: readonly unknown[]) {
  const totalRecords = Math.min(total, COUNT_MAX)
  return {
    status: 200,
    body: {
      status: 'ok',
      pageNumber: page.pageNumber,
      pageSize: page.pageSize,
      totalRecords,
      totalIsCapped: total > COUNT_MAX,
      totalPages: Math.ceil(totalRecords / page.pageSize),
      records,
    },
  }
}
