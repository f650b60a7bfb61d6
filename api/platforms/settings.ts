import type { PlatformLabel, SettingField } from '#domain/holding-platform.ts'
import { brokenUrlRule, type Allowed } from '#platforms/outgoing/guard.ts'
import { Problem, type ParameterError } from '../problem.ts'

/** As they were sent: null takes an optional one away. */
export type Sent = Readonly<Record<string, string | null>>
type Kept = Readonly<Record<string, string>>
type Kind = 'urls' | 'credentials'

/**
 * What is kept after this: what was, with what was sent. Every field that is unknown, missing or breaks a rule is named.
 * @throws Problem
 */
export function mergeSettings(
  label: PlatformLabel,
  before: { readonly urls: Kept; readonly credentials: Kept },
  sent: { readonly urls: Sent; readonly credentials: Sent; readonly allowed: Allowed },
): { urls: Kept; credentials: Kept } {
  const [urls, credentials] = [merge(before.urls, sent.urls), merge(before.credentials, sent.credentials)]
  const errors = [
    ...brokenFields('urls', label.urls, { sent: sent.urls, merged: urls }),
    ...brokenFields('credentials', label.credentials, { sent: sent.credentials, merged: credentials }),
    ...label.urls.flatMap((field) => brokenUrl(field, sent.urls[field.name] ?? undefined, sent.allowed)),
  ]
  if (errors.length > 0)
    throw new Problem(400, 'validation_failed', {
      detail: `The settings of ${label.label} break ${errors.length} rule(s).`,
      errors,
    })
  return { urls, credentials }
}

function merge(before: Kept, sent: Sent): Kept {
  const all = Object.entries({ ...before, ...sent })
  return Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value]])))
}

function brokenFields(
  kind: Kind,
  fields: readonly SettingField[],
  { sent, merged }: { readonly sent: Sent; readonly merged: Kept },
): ParameterError[] {
  const names = fields.map(({ name }) => name)
  const unknown = Object.keys(sent).filter((name) => !names.includes(name))
  const missing = fields.filter(({ name, required }) => required && merged[name] === undefined)
  return [
    ...unknown.map((name) => ({
      parameter: `${kind}.${name}`,
      message: `is not known here; there are ${names.join(', ')}`,
    })),
    ...missing.map(({ name, description }) => ({
      parameter: `${kind}.${name}`,
      message: `is needed: ${description}`,
    })),
  ]
}

function brokenUrl(
  { name, protocols }: PlatformLabel['urls'][number],
  text: string | undefined,
  allowed: Allowed,
): ParameterError[] {
  if (text === undefined) return []
  const parameter = `urls.${name}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) return [{ parameter, message: 'must be a URL' }]
  if (url.hash !== '') return [{ parameter, message: 'must have no fragment' }]
  const rule = brokenUrlRule(url, allowed)
  if (rule !== undefined) return [{ parameter, message: rule }]
  const isPlain = url.protocol === 'http:' && protocols.includes('https:')
  if (!isPlain && !(protocols as readonly string[]).includes(url.protocol))
    return [{ parameter, message: `must begin with ${protocols.map((one) => `${one}//`).join(' or ')}` }]
  return []
}
