import { z } from 'zod'

const SPACED = /^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})$/
const OFFSET = /^(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$/

/** `2024-03-01 12:00:00`, which says no time zone, read as an instant in ISO 8601. @param offset `Z`, or as `+03:00` */
export function spacedTime(offset: string) {
  return z.string().transform((text, context) => {
    const [, date, time] = SPACED.exec(text) ?? []
    const atMs = date === undefined ? Number.NaN : Date.parse(`${date}T${time ?? ''}${offset}`)
    if (!Number.isNaN(atMs)) return new Date(atMs).toISOString()
    context.addIssue('is not a time')
    return z.NEVER
  })
}

export function isOffset(text: string): boolean {
  return OFFSET.test(text)
}
