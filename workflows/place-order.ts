import {
  condition,
  proxyActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import { defineSearchAttributeKey } from '@temporalio/common'
import type { PlatformActivities, PlatformAnswer } from '#activities/index.ts'
import type { State } from '#domain/operations/operation.ts'
import { platformCalled } from './messages.ts'
import type { Running } from './operation.ts'
import {
  ASK_PLATFORM,
  LOOK_UPS_BEFORE_ATTENTION,
  lookUpPauseMs,
  platformQueue,
  sendPauseMs,
} from './policy.ts'

const NEEDS_ATTENTION = defineSearchAttributeKey('SluiceNeedsAttention', 'BOOL')

/**
 * Nothing is settled until the platform says for certain what happened. Sent once; without a usable answer the platform
 * is asked about our reference until it gives one, and only if it certainly has not taken the reference is the same one sent
 * again. Its calls only make us look sooner. What its history leaves open is for a person to find out.
 */
export async function placeOrder(running: Running, platform: string): Promise<void> {
  const { id, desk, book, tell, registered } = running
  const { sendOrder, lookUpOrder } = proxyActivities<PlatformActivities>({
    ...ASK_PLATFORM,
    taskQueue: platformQueue(platform),
  })
  let calls = 0
  setHandler(platformCalled, () => {
    calls += 1
  })

  // Counted before each question: a call that comes while an answer is on its way may know more than the answer.
  let seen = 0
  const lookUp = () => {
    seen = calls
    return lookUpOrder({ operation: id })
  }
  let sends = 0
  const send = () => sendOrder({ operation: id, send: (sends += 1) })
  const wasStartedAgain = registered.outcome === 'repeated' && AT_PLATFORM.has(registered.state)
  let answer: PlatformAnswer = wasStartedAgain ? await lookUp() : await send()

  let isRaised = false
  let pause = 0
  for (let attempt = 0; !isDefinite(answer); attempt += 1) {
    if (answer.kind === 'absent') {
      answer = await send()
      // What was just sent is looked for soon; each time it was in vain a little later.
      pause = sends - 1
      continue
    }
    if (answer.kind === 'unknown' && desk.state() === 'at_platform') {
      desk.moveTo(await book.recordOrder({ operation: id, answer }))
    }
    if (attempt >= LOOK_UPS_BEFORE_ATTENTION && !isRaised) {
      isRaised = true
      await raiseAttention(running)
    }
    tell(
      answer.kind === 'not_sent'
        ? `Could not be sent yet, tried ${attempt + 1} times.`
        : `Look-ups so far: ${attempt}.`,
    )
    const pauseMs = lookUpPauseMs(pause)
    pause += 1
    if (answer.kind === 'not_sent') await sleep(sendPauseMs(answer.retryAfterMs, pauseMs))
    else await condition(() => calls > seen, pauseMs)
    // A platform may stay silent for weeks, and a history must not grow for ever.
    if (workflowInfo().continueAsNewSuggested) await running.startAfresh()
    answer = answer.kind === 'not_sent' ? await send() : await lookUp()
  }
  desk.moveTo(await book.recordOrder({ operation: id, answer }))
}

/** A run that begins here cannot know what an earlier one has sent. */
const AT_PLATFORM: ReadonlySet<State | null> = new Set(['at_platform', 'outcome_unknown'])

const DEFINITE: ReadonlySet<PlatformAnswer['kind']> = new Set([
  'confirmed',
  'refused',
  'returned',
  'ambiguous',
])

function isDefinite(answer: PlatformAnswer): boolean {
  return DEFINITE.has(answer.kind)
}

async function raiseAttention({ id, book }: Running): Promise<void> {
  upsertSearchAttributes([{ key: NEEDS_ATTENTION, value: true }])
  await book.markAttention({
    operation: id,
    why: 'The platform has given no definite answer about this for a quarter of an hour.',
  })
}
