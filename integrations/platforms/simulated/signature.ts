import { createHmac, timingSafeEqual } from 'node:crypto'

/** As Node hands headers on: in lower case. */
export const SIGNATURE_HEADER = 'x-bank-signature'

const TOLERANCE_SECONDS = 300
const FORMAT = /^t=([0-9]{1,11}),v1=([0-9a-f]{64})$/

/** @param atSeconds Unix time; it is signed too, so that an old call cannot be sent again for ever. */
export function signCall(secret: string, rawBody: string, atSeconds: number): string {
  return `t=${atSeconds},v1=${digest(secret, rawBody, String(atSeconds)).toString('hex')}`
}

export function isSigned(secret: string, rawBody: string, header: string | undefined): boolean {
  const [, seconds, signature] = FORMAT.exec(header ?? '') ?? []
  if (seconds === undefined || signature === undefined) return false
  if (Math.abs(Date.now() / 1000 - Number(seconds)) > TOLERANCE_SECONDS) return false
  return timingSafeEqual(digest(secret, rawBody, seconds), Buffer.from(signature, 'hex'))
}

function digest(secret: string, rawBody: string, seconds: string): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.${rawBody}`).digest()
}
