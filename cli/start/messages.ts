import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readSecretKey } from '#db/secrets/secret-box.ts'
import { keptText } from '#embedded/process/private-file.ts'
import { isSafeSmsUrl, senderDomain, type CarriersConfig } from '#integrations/messages/settings.ts'
import { badValue, demandText, textOf, urlOf, type Environment } from './environment.ts'

const SECRET_KEY = 'SLUICE_SECRET_KEY'
const PREVIOUS_KEY = 'SLUICE_SECRET_KEY_PREVIOUS'
const SMTP_URL = 'SLUICE_SMTP_URL'
const MAIL_FROM = 'SLUICE_MAIL_FROM'
const SMS_URL = 'SLUICE_SMS_URL'
const SMS_TOKEN = 'SLUICE_SMS_TOKEN'

/** Beside the embedded database messages stay in the outbox, so ways to send them are refused rather than left unused. */
export function readCarriers(env: Environment, { embedded }: { embedded: boolean }): CarriersConfig {
  const email = readEmail(env)
  const sms = readSms(env)
  if (embedded && (email || sms))
    throw badValue('DATABASE_URL', `given where ${email ? SMTP_URL : SMS_URL} is`)
  return { ...(email && { email }), ...(sms && { sms }) }
}

/** Undefined where none is given and nothing is sent, so that nothing has to be sealed. */
export function readKey(env: Environment, { email, sms }: CarriersConfig): string | undefined {
  const text = textOf(env, SECRET_KEY)
  if (text !== undefined && !readSecretKey(text)) throw badValue(SECRET_KEY, '32 bytes in base64')
  if (text === undefined && (email || sms))
    return demandText(
      env,
      SECRET_KEY,
      `to 32 random bytes in base64, because ${email ? SMTP_URL : SMS_URL} is given`,
    )
  return text
}

/** What is sealed with it still opens, until all of it is sealed with the key that replaced it. */
export function readPreviousKey(env: Environment): string | undefined {
  const text = textOf(env, PREVIOUS_KEY)
  if (text === undefined) return undefined
  if (!readSecretKey(text)) throw badValue(PREVIOUS_KEY, '32 bytes in base64')
  if (textOf(env, SECRET_KEY) === undefined) throw badValue(SECRET_KEY, `given where ${PREVIOUS_KEY} is`)
  return text
}

/** What is not given is kept from the first start, in a file that only its owner may read. */
export function embeddedSecretKey(dataDir: string): Promise<string> {
  return keptText(join(dataDir, 'secret-key'), () => randomBytes(32).toString('base64url'))
}

function readEmail(env: Environment): CarriersConfig['email'] {
  const url = urlOf(env, SMTP_URL, ['smtp:', 'smtps:'])
  if (url === undefined) return demandUnset(env, MAIL_FROM, SMTP_URL)
  const from = demandText(env, MAIL_FROM, `to the sender of e-mails, because ${SMTP_URL} is given`)
  if (senderDomain(from) === undefined) throw badValue(MAIL_FROM, 'an e-mail address')
  return { url, from }
}

function readSms(env: Environment): CarriersConfig['sms'] {
  const url = textOf(env, SMS_URL)
  if (url === undefined) return demandUnset(env, SMS_TOKEN, SMS_URL)
  if (!isSafeSmsUrl(url)) throw badValue(SMS_URL, 'a URL that begins with https://')
  return { url, token: demandText(env, SMS_TOKEN, `to the provider’s token, because ${SMS_URL} is given`) }
}

/** Half a setting is a slip: nothing would be sent. */
function demandUnset(env: Environment, half: string, other: string): undefined {
  if (textOf(env, half) !== undefined) throw badValue(other, `given where ${half} is`)
}
