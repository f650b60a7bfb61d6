import { createTransport } from 'nodemailer'
import type { Carrier, Delivery } from './carrier.ts'
import { isLoopback, senderDomain, type EmailConfig } from './settings.ts'

/** For the whole exchange; shorter than the pause before the next try. */
const TIMEOUT_MS = 20_000

/** SMTP, under TLS wherever it leaves this machine (a relay without it says `?requireTLS=false&ignoreTLS=true` in its URL). */
export function createEmailCarrier({ url, from, timeoutMs = TIMEOUT_MS }: EmailConfig): Carrier {
  const domain = senderDomain(from)
  if (domain === undefined) throw new Error('The sender of e-mails must hold an address.')
  const isSafe = isLoopback(new URL(url).hostname)
  const transport = createTransport({
    url,
    requireTLS: !isSafe,
    ignoreTLS: isSafe,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async deliver({ id, to, subject, text }) {
      try {
        await transport.sendMail({
          from,
          to,
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(timeoutMs),
        })
        return { kind: 'accepted' }
      } catch (error) {
        return deliveryOf(error)
      }
    },
  }
}

/**
 * A 5xx to the recipient or to the message is final (RFC 5321, 4.2.1). One to the greeting, the sign-in or the sender is about
 * our own settings, which somebody can put right meanwhile.
 */
function deliveryOf(error: unknown): Delivery {
  const { responseCode, command, code } = error as {
    responseCode?: unknown
    command?: unknown
    code?: unknown
  }
  if (typeof responseCode !== 'number')
    return { kind: 'unsettled', error: `smtp ${typeof code === 'string' ? code : 'failed'}` }
  const isFinal = responseCode >= 500 && responseCode !== 503 && /^(RCPT TO|DATA)$/.test(String(command))
  return { kind: isFinal ? 'refused' : 'unsettled', error: `smtp ${responseCode}` }
}
