import type { z, ZodType } from 'zod'
import { isStorable } from './json.ts'
import { Problem, type ParameterError } from './problem.ts'

/** Every rule that is broken is named with its parameter; unknown fields are named, too. */
export function check(
  schema: ZodType | undefined,
  value: unknown,
  place: 'path' | 'query' | 'body',
): unknown {
  if (place !== 'body') refuseUnstorable(value as Record<string, unknown>)
  if (!schema) {
    if (place === 'body' && value !== undefined && !isEmptyObject(value))
      throw new Problem(400, 'validation_failed', {
        detail: 'This call takes no body.',
        errors: [{ parameter: 'body', message: 'must be absent' }],
      })
    return undefined
  }
  const read = schema.safeParse(value, { error: sayWhatIsWrong })
  if (read.success) return read.data
  const errors = read.error.issues.flatMap((issue): ParameterError[] => {
    const at = issue.path.join('.')
    if (issue.code !== 'unrecognized_keys') return [{ parameter: at || place, message: issue.message }]
    return issue.keys.map((key) => ({ parameter: at ? `${at}.${key}` : key, message: 'is not known here' }))
  })
  throw new Problem(400, 'validation_failed', {
    detail: `The ${place} breaks ${errors.length} rule(s).`,
    errors,
  })
}

/** What a schema does not say in words of its own. */
const sayWhatIsWrong: z.core.$ZodErrorMap = (issue) => {
  if (issue.code !== 'invalid_type') return undefined
  return issue.input === undefined ? 'is missing' : `must be of type ${issue.expected}`
}

function refuseUnstorable(values: Record<string, unknown>): void {
  for (const [parameter, value] of Object.entries(values)) {
    if (typeof value === 'string' && !isStorable(value))
      throw new Problem(400, 'validation_failed', {
        detail: 'Text with a NUL character.',
        errors: [{ parameter, message: 'must not hold a NUL character' }],
      })
  }
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0
}
