import { defaultPayloadConverter } from '@temporalio/common'
import type proto from '@temporalio/proto'
import type { History } from './history-file.ts'

type Payloads = proto.temporal.api.common.v1.IPayloads | null | undefined

/**
 * What a history is about, in one line: the steps and calls in order and how it ended. One that was repeated at once is
 * written with a plus, one that failed with an exclamation mark.
 */
export function outlineOf({ events }: History): string {
  const steps: string[] = []
  let end = 'not ended'
  for (const event of events ?? []) {
    const marker = event.markerRecordedEventAttributes
    const [data] = decode(marker?.details?.['data'])
    const [result] = decode(event.workflowExecutionCompletedEventAttributes?.result)
    const local = textIn(data, 'activity_type') + (marker?.failure ? '!' : '')
    const step = event.activityTaskScheduledEventAttributes?.activityType?.name ?? local
    if (step !== '') addStep(steps, step)
    if (result !== undefined) end = textIn(result, 'state') || textIn(result, 'outcome')
  }
  return `${steps.join(' ')}: ${end}`
}

function addStep(steps: string[], step: string): void {
  const last = steps.pop()
  if (last === undefined) steps.push(step)
  else if (last === step || last === `${step}+`) steps.push(`${step}+`)
  else steps.push(last, step)
}

export function decode(payloads: Payloads): unknown[] {
  return (payloads?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload(payload))
}

function textIn(value: unknown, key: string): string {
  const found: unknown = (value as Readonly<Record<string, unknown>> | undefined)?.[key]
  return typeof found === 'string' ? found : ''
}
