import { passHoldBacks } from './hold-back.ts'
import type { Verdict } from './messages.ts'
import { runOperation } from './operation.ts'

/** A correction: held on the coin that got the money, taken back when a second person accepts, else released. */
export function reversal(): Promise<Verdict> {
  return runOperation('reversal', passHoldBacks)
}
