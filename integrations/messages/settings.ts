import type { Login } from '#domain/identity/login.ts'

export type EmailConfig = {
  /** smtp:// or smtps://, with user and password; options of nodemailer may follow as a query. */
  readonly url: string
  /** An address, or a name and an address in angle brackets. */
  readonly from: string
  readonly timeoutMs?: number
}

export type SmsConfig = { readonly url: string; readonly token: string; readonly timeoutMs?: number }

export type CarriersConfig = { readonly email?: EmailConfig; readonly sms?: SmsConfig }

/** The kinds of login that can be reached. */
export function channelsOf({ email, sms }: CarriersConfig): Login['channel'][] {
  return [...(email ? (['email'] as const) : []), ...(sms ? (['sms'] as const) : [])]
}

/** The domain of the sender; undefined where the text holds no address. */
export function senderDomain(from: string): string | undefined {
  return /^[^<>]*?[^\s<>@]+@([a-z0-9.-]+)$|^[^<>]*<[^\s<>@]+@([a-z0-9.-]+)>$/i
    .exec(from)
    ?.slice(1)
    .find((domain) => domain !== undefined)
}

/** Whether codes may travel to it: https, or this machine. */
export function isSafeSmsUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i

/** On this machine nobody listens in. */
export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname)
}
