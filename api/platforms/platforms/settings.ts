import type { PlatformLabel, SettingField } from '#domain/platforms/holding-platform.ts'
import { faultOfUrl, type AllowList, type UrlFault } from '#integrations/http/guard.ts'
import { Problem, type ParameterError } from '../../http/problem.ts'

/** By field; null takes it away. */
export type SettingChanges = Readonly<Record<string, string | null>>

type Before = { readonly urls: Readonly<Record<string, string>>; readonly credentials: object }

const VALUE_MAX = 2_000

const URL_RULES: Readonly<Record<UrlFault, string>> = {
  url_invalid: 'must be a URL',
  url_with_password: 'must not hold a user or a password',
  protocol_refused: 'must begin with',
  address_refused: 'must not lead to a private, local or reserved address',
}

/** @throws Problem that names every field that is not known, missing or not what it has to be */
export function checkSettings(
  label: PlatformLabel,
  asked: { urls: SettingChanges; credentials: SettingChanges },
  { before, allow }: { before: Before; allow: AllowList },
): void {
  const errors = [
    ...faultsOf('urls', label.urls, { changes: asked.urls, before: before.urls }),
    ...faultsOf('credentials', label.credentials, { changes: asked.credentials, before: before.credentials }),
    ...(isMoved(before.urls, asked.urls) ? keptOf(label, before.credentials, asked.credentials) : []),
    ...label.urls.flatMap(({ name, protocols }) => {
      const value = valueOf(asked.urls, name)
      const message = typeof value === 'string' ? ruleOfUrl(value, protocols, allow) : undefined
      return message === undefined ? [] : [{ parameter: `urls.${name}`, message }]
    }),
  ]
  if (errors.length > 0)
    throw new Problem(400, 'validation_failed', {
      detail: `The platform’s settings break ${errors.length} rule(s).`,
      errors,
    })
}

/**
 * Whether something would be called at another host or port than now. Who may only change settings must not read
 * credentials by having them sent to a host of their own.
 */
export function isMoved(before: Readonly<Record<string, string>>, changes: SettingChanges): boolean {
  const after = merged(before, changes, given(changes))
  return Object.keys({ ...before, ...after }).some((name) => originOf(before[name]) !== originOf(after[name]))
}

function originOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined
}

function keptOf({ credentials }: PlatformLabel, before: object, changes: SettingChanges): ParameterError[] {
  return credentials
    .filter(({ name }) => Object.hasOwn(before, name) && valueOf(changes, name) === undefined)
    .map(({ name }) => ({
      parameter: `credentials.${name}`,
      message: 'is missing: with a URL of another host or port all credentials are given anew',
    }))
}

/** What is there once the changes are made. */
export function merged<T>(
  before: Readonly<Record<string, T>>,
  changes: SettingChanges,
  set: Readonly<Record<string, T>>,
): Record<string, T> {
  const kept = Object.entries(before).filter(([field]) => changes[field] !== null)
  return { ...Object.fromEntries(kept), ...set }
}

export function given(changes: SettingChanges): Record<string, string> {
  return Object.fromEntries(
    Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}

function faultsOf(
  place: string,
  fields: readonly SettingField[],
  { changes, before }: { changes: SettingChanges; before: object },
): ParameterError[] {
  const names = fields.map(({ name }) => name)
  const unknown = Object.keys(changes).filter((field) => !names.includes(field))
  return [
    ...unknown.map((field) => ({
      parameter: `${place}.${field}`,
      message: `is not known for this label, which has ${names.join(', ') || 'none'}`,
    })),
    ...fields.flatMap(({ name, required }) => {
      const message = ruleOf(valueOf(changes, name), required, Object.hasOwn(before, name))
      return message === undefined ? [] : [{ parameter: `${place}.${name}`, message }]
    }),
  ]
}

function ruleOf(value: string | null | undefined, required: boolean, isSet: boolean): string | undefined {
  if (value === undefined) return required && !isSet ? 'is missing' : undefined
  if (value === null) return required ? 'is required and cannot be removed' : undefined
  if (value === '') return 'must not be empty'
  if (value.length > VALUE_MAX) return `must not be longer than ${VALUE_MAX} characters`
  return /[\p{Cc}]/u.test(value) ? 'must not hold control characters' : undefined
}

function ruleOfUrl(value: string, protocols: readonly string[], allow: AllowList): string | undefined {
  if (value === '' || value.length > VALUE_MAX) return undefined
  if (value.includes('#')) return 'must not hold a fragment'
  const fault = faultOfUrl(value, { allow, protocols })
  if (!fault) return undefined
  const which = protocols.map((protocol) => `${protocol}//`).join(' or ')
  return fault === 'protocol_refused' ? `${URL_RULES[fault]} ${which}` : URL_RULES[fault]
}

function valueOf(changes: SettingChanges, field: string): string | null | undefined {
  return Object.hasOwn(changes, field) ? changes[field] : undefined
}
