import { LosslessNumber, parse } from 'lossless-json'
import { Problem } from './problem.ts'

/** A number literal that would not survive as a JavaScript number; only amounts know what to do with it. */
export class NumberLiteral {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Whole numbers of up to 15 digits are exact as numbers; every other literal keeps its text. */
const EXACT = /^-?(0|[1-9][0-9]{0,14})$/

const DEPTH_MAX = 32

/** Parses without rounding any number. Duplicate keys, NUL characters and broken surrogates are refused. */
export function parseJson(text: string): unknown {
  let value: unknown
  try {
    value = parse(text, undefined, (literal) =>
      EXACT.test(literal) && literal !== '-0' ? Number(literal) : new NumberLiteral(literal),
    )
  } catch {
    throw malformed('is not valid JSON, or names a key twice')
  }
  refuseBrokenText(value, 0)
  return value
}

/** Postgres cannot store NUL, and half a surrogate pair is no text. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed()
}

/** Reads the bytes as UTF-8, which JSON is. */
export function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw malformed('holds bytes that are not UTF-8')
  }
}

function malformed(message: string): Problem {
  return new Problem(400, 'malformed_json', {
    detail: `The body ${message}.`,
    errors: [{ parameter: 'body', message }],
  })
}

function refuseBrokenText(value: unknown, depth: number): void {
  if (depth > DEPTH_MAX) throw malformed(`is nested deeper than ${DEPTH_MAX} levels`)
  if (typeof value === 'string' && !isStorable(value))
    throw malformed('holds text with a NUL character or half a surrogate pair')
  if (
    typeof value !== 'object' ||
    value === null ||
    value instanceof NumberLiteral ||
    value instanceof LosslessNumber
  )
    return
  for (const [key, inner] of Object.entries(value)) {
    refuseBrokenText(key, depth)
    refuseBrokenText(inner, depth + 1)
  }
}
