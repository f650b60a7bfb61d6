import { defineSignal, defineUpdate } from '@temporalio/workflow'
import type { State, Verb } from '#domain/operations/operation.ts'
import type { Refusal } from '#domain/operations/refusal.ts'

/** The ticket a person got for this one decision. Whoever carries it, the person it was issued to decides. */
export type Carried = { readonly ticket: string }

/** What became of the operation when it was registered. */
export type Verdict = {
  readonly outcome: 'applied' | 'repeated' | 'refused' | 'late' | 'unknown'
  readonly refusal: Refusal | null
  readonly state: State | null
}

/** The workflow stands for nothing that anybody asked for. */
export const NOTHING_KNOWN: Verdict = { outcome: 'unknown', refusal: null, state: null }

/** Waits for the verdict of registration and nothing else: the workflow registers by itself. */
export const submit = defineUpdate<Verdict>('submit')

export const decisionUpdates = {
  accept: defineUpdate<Verdict, [Carried]>('accept'),
  decline: defineUpdate<Verdict, [Carried]>('decline'),
  allow: defineUpdate<Verdict, [Carried]>('allow'),
  clear: defineUpdate<Verdict, [Carried]>('clear'),
  reject: defineUpdate<Verdict, [Carried]>('reject'),
  confirm_payout: defineUpdate<Verdict, [Carried]>('confirmPayout'),
  refuse_payout: defineUpdate<Verdict, [Carried]>('refusePayout'),
} as const satisfies Record<Verb, unknown>

/** The same messages for those who do not wait for an answer: the Temporal UI, the CLI, the sweeper. */
export const decisionSignals = {
  accept: defineSignal<[Carried?]>('accept'),
  decline: defineSignal<[Carried?]>('decline'),
  allow: defineSignal<[Carried?]>('allow'),
  clear: defineSignal<[Carried?]>('clear'),
  reject: defineSignal<[Carried?]>('reject'),
  confirm_payout: defineSignal<[Carried?]>('confirmPayout'),
  refuse_payout: defineSignal<[Carried?]>('refusePayout'),
} as const satisfies Record<Verb, unknown>

/** The platform called about this payout: look now. Carries nothing, for what it said is not believed unseen. */
export const platformCalled = defineSignal('platformCalled')
