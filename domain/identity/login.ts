import { parsePhoneNumberFromString } from 'libphonenumber-js/max'

/** What a person signs in with, in its one canonical spelling: a lower-case e-mail address or an E.164 phone number. */
export type Login = { readonly text: string; readonly channel: 'email' | 'sms' }

/** RFC 5321, 4.5.3.1: 64 before the @, 254 in all. */
export const LOGIN_MAX = 254
const LOCAL_MAX = 64

/** ASCII only: Postgres and JavaScript fold other letters differently, and look-alikes would pass for each other. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** Undefined where the text is neither an e-mail address nor an international phone number. */
export function readLogin(text: string): Login | undefined {
  const given = text.trim()
  if (given.length > LOGIN_MAX) return undefined
  return given.includes('@') ? readEmail(given) : readPhone(given)
}

/** The country of an E.164 number; null where the numbering plan does not tell. */
export function countryOfPhone(phone: string): string | null {
  return parsePhoneNumberFromString(phone, { extract: false })?.country ?? null
}

function readEmail(text: string): Login | undefined {
  const [local = '', domain = '', ...rest] = text.split('@')
  const labels = domain.split('.')
  const isEmail =
    rest.length === 0 &&
    local.length <= LOCAL_MAX &&
    LOCAL.test(local) &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label)) &&
    !/^[0-9]+$/.test(labels.at(-1) ?? '')
  return isEmail ? { text: text.toLowerCase(), channel: 'email' } : undefined
}

/** A number without its country could be anybody's, so it has to begin with `+`. */
function readPhone(text: string): Login | undefined {
  const phone = parsePhoneNumberFromString(text, { extract: false })
  if (!phone?.isValid() || phone.ext !== undefined) return undefined
  return { text: phone.number, channel: 'sms' }
}
