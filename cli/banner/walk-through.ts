import type { Administrator } from '../start/administrator.ts'
import { curl } from './curl-line.ts'
import { moneySteps, peopleSteps, setUpSteps } from './walk-through-steps.ts'

export type WalkThrough = {
  readonly apiUrl: string
  readonly administrator: Administrator
  /** Tells this start's people from those of earlier ones. */
  readonly run: string
}

/** Lines for a shell that work as printed, in order; each stands on what the ones before have put into variables. */
export function walkThrough({ apiUrl, administrator, run }: WalkThrough): string {
  const call = curl(apiUrl)
  const steps = [...setUpSteps(call, administrator), ...peopleSteps(call, run), ...moneySteps(call, run)]
  return steps.map(({ title, command }, index) => `  # ${index + 1}. ${title}\n  ${command}`).join('\n')
}
