import { z } from 'zod'

export const doneAnswer = z.strictObject({ status: z.literal('ok'), message: z.string() })

export function doneBody(message: string): z.infer<typeof doneAnswer> {
  return { status: 'ok', message }
}
