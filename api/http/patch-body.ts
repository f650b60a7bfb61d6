import { z } from 'zod'

/** The body of a PATCH: every field may be left out, but not all of them. */
export function patchBody<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).refine((changes) => Object.keys(changes).length > 0, {
    error: 'must change something',
    // A field that is not known here was refused already.
    when: ({ issues }) => issues.length === 0,
  })
}
