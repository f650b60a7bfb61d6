import { passHoldBacks } from './hold-back.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'

/** Between two coins, where a rule holds it back: held at the request, booked when nothing holds it any more, else released. */
export function transfer(): Promise<Verdict> {
  return runOperation('transfer', passHoldBacks)
}
