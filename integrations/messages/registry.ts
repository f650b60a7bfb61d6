import type { Login } from '#domain/identity/login.ts'
import type { Carrier } from './carrier.ts'
import { createEmailCarrier } from './email.ts'
import type { CarriersConfig } from './settings.ts'
import { createSmsCarrier } from './sms.ts'

/** Who carries what, by the channel of the recipient's login; only what is configured. */
export type Carriers = ReadonlyMap<Login['channel'], Carrier>

export function createCarriers({ email, sms }: CarriersConfig): Carriers {
  const carriers = new Map<Login['channel'], Carrier>()
  if (email) carriers.set('email', createEmailCarrier(email))
  if (sms) carriers.set('sms', createSmsCarrier(sms))
  return carriers
}
