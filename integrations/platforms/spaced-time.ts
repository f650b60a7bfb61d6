import { z } from 'zod'

const SPACED = /^([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}:[0-9]{2})$/
const OFFSET = /^(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$/

/** `2024-03-01 12:00:00`, which says no time zone, read as an instant in ISO 8601. @param offset `Z`, or as `+03:00` */
export function spacedTime(offset: string) {
  return z.string().transform((text, context) => {
    const [, date, time] = SPACED.exec(text) ?? []
    const atMs = date !== undefined && isDay(date) ? Date.parse(`${date}T${time ?? ''}${offset}`) : Number.NaN
    if (!Number.isNaN(atMs)) return new Date(atMs).toISOString()
    context.addIssue('is not a time')
    return z.NEVER
  })
}

/** The 30th of February is read as the 1st of March otherwise. */
function isDay(date: string): boolean {
  const atMs = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(date)
}

export function isOffset(text: string): boolean {
  return OFFSET.test(text)
}
