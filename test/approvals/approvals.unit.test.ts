import type { ApprovalPlan } from '#domain/operations/approval-plan.ts'
import { openRoles, type Given } from '#domain/approvals/approval.ts'
import {
  accept,
  decider,
  decline,
  gave,
  HOUR,
  later,
  plan,
  SINCE,
  stage,
  type Case,
} from './approval-people.ts'

const ONE = plan([stage(1, 'accountant')])
const TWO_EYES = plan([stage(2, 'accountant')])
const IN_TURN = plan([stage(1, 'accountant'), stage(1, 'cfo')])
const TOGETHER = plan([stage(1, 'accountant', 'cfo'), stage(1, 'cfo')], { order: 'together' })
const ESCALATED = plan([stage(1, 'accountant')], { escalation: { afterMs: HOUR, roles: ['ceo'] } })

describe('a yes', () => {
  it.each<[string, Case, object]>([
    [
      'of the role counts and ends it',
      { plan: ONE, by: decider('ann:accountant') },
      counted('accountant', true),
    ],
    ['of another role does not', { plan: ONE, by: decider('ann:cfo') }, refused('decider_not_permitted')],
    ['of no active member does not', { plan: ONE, by: decider('ann') }, refused('decider_not_permitted')],
    [
      'of no active member does not, whoever they stand for',
      { plan: ONE, by: decider('ann', 'bob:accountant') },
      refused('decider_not_permitted'),
    ],
    [
      'of a client does not, whoever they stand for',
      { plan: ONE, by: decider('ann:merchant', 'bob:accountant') },
      refused('decider_not_permitted'),
    ],
    [
      'of the asker does not',
      { plan: ONE, by: decider('ann:accountant'), askedBy: 'ann' },
      refused('decider_is_the_asker'),
    ],
    [
      'of the asker does not, not on behalf of somebody either',
      { plan: ONE, by: decider('ann:cfo', 'bob:accountant'), askedBy: 'ann' },
      refused('decider_is_the_asker'),
    ],
    [
      'on behalf of the asker does not',
      { plan: ONE, by: decider('bob:cfo', 'ann:accountant'), askedBy: 'ann' },
      refused('decider_is_the_asker'),
    ],
    [
      'in their own role counts of somebody who also stands for the asker',
      { plan: ONE, by: decider('bob:accountant', 'ann:accountant'), askedBy: 'ann' },
      counted('accountant', true),
    ],
    [
      'counts where a machine asked',
      { plan: ONE, by: decider('ann:accountant'), askedBy: null },
      counted('accountant', true),
    ],
    [
      'counts as the first of two',
      { plan: TWO_EYES, by: decider('ann:accountant') },
      counted('accountant', false),
    ],
    [
      'counts as the second of two',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('bob:accountant') },
      counted('accountant', true),
    ],
    [
      'counts once for each person',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('ann:accountant') },
      refused('already_decided'),
    ],
    [
      'counts once for each person, not again for somebody else',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('ann:accountant', 'bob:accountant') },
      refused('already_decided'),
    ],
    [
      'on behalf of somebody who gave theirs does not count',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('bob:cfo', 'ann:accountant') },
      refused('already_decided'),
    ],
    [
      'of somebody in whose name it was given does not count',
      { plan: TWO_EYES, given: gave('bob:accountant/ann'), by: decider('ann:accountant') },
      refused('already_decided'),
    ],
    [
      'in the same name by another delegate does not count',
      { plan: TWO_EYES, given: gave('bob:accountant/ann'), by: decider('eve:cfo', 'ann:accountant') },
      refused('already_decided'),
    ],
    [
      'on behalf of a person who decided for another does not count',
      { plan: TWO_EYES, given: gave('bob:accountant/ann'), by: decider('eve:cfo', 'bob:accountant') },
      refused('already_decided'),
    ],
    [
      'in their own role counts where the one they stand for gave theirs',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('bob:accountant', 'ann:accountant') },
      counted('accountant', true),
    ],
    [
      'is in the own role first',
      { plan: ONE, by: decider('bob:accountant', 'ann:accountant') },
      counted('accountant', true),
    ],
    [
      'is on behalf of somebody where the own role does not do',
      { plan: ONE, by: decider('bob:cashier', 'ann:cfo', 'eve:accountant') },
      counted('accountant', true, 'eve'),
    ],
    [
      'of a later stage does not count yet',
      { plan: IN_TURN, by: decider('ann:cfo') },
      refused('decider_not_permitted'),
    ],
    [
      'of the next stage counts once the first is full',
      { plan: IN_TURN, given: gave('bob:accountant'), by: decider('ann:cfo') },
      counted('cfo', true),
    ],
    [
      'of a stage that is full comes too late',
      { plan: IN_TURN, given: gave('bob:accountant'), by: decider('ann:accountant') },
      refused('already_decided'),
    ],
    [
      'comes too late once all is done',
      { plan: ONE, given: gave('bob:accountant'), by: decider('ann:accountant') },
      refused('already_decided'),
    ],
    [
      'of any stage counts where they are together',
      { plan: TOGETHER, by: decider('ann:cfo') },
      counted('cfo', false),
    ],
    [
      'leaves the place to who can take no other',
      { plan: TOGETHER, given: gave('ann:cfo'), by: decider('bob:accountant') },
      counted('accountant', true),
    ],
    [
      'takes the other place where the one is needed',
      { plan: TOGETHER, given: gave('ann:cfo'), by: decider('bob:cfo') },
      counted('cfo', true),
    ],
    [
      'finds no place where each needs the same',
      { plan: TOGETHER, given: gave('ann:accountant'), by: decider('bob:accountant') },
      refused('already_decided'),
    ],
    [
      'comes too late for the one place of the role, though others are free',
      {
        plan: plan([stage(1, 'accountant'), stage(1, 'ceo'), stage(1, 'cfo')], { order: 'together' }),
        given: gave('ann:cfo'),
        by: decider('bob:cfo'),
      },
      refused('already_decided'),
    ],
    [
      'was given already, whatever role they have since',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('ann:cashier') },
      refused('already_decided'),
    ],
    [
      'of somebody who stands for the asker and for one who gave theirs does not count',
      {
        plan: TWO_EYES,
        given: gave('ann:accountant'),
        by: decider('bob:cfo', 'ann:accountant', 'eve:accountant'),
        askedBy: 'eve',
      },
      refused('already_decided'),
    ],
    [
      'of the escalation does not count a moment before',
      { plan: ESCALATED, by: decider('ann:ceo'), now: later(HOUR - 1) },
      refused('decider_not_permitted'),
    ],
    [
      'of the escalation counts when its time has come',
      { plan: ESCALATED, by: decider('ann:ceo'), now: later(HOUR) },
      counted('ceo', true),
    ],
    [
      'of the escalation counts on behalf of somebody, too',
      { plan: ESCALATED, by: decider('bob:cashier', 'ann:ceo'), now: later(HOUR) },
      counted('ceo', true, 'ann'),
    ],
    [
      'is by the stage before by the escalation, even on behalf of somebody',
      { plan: ESCALATED, by: decider('ann:ceo', 'bob:accountant'), now: later(HOUR) },
      counted('accountant', true, 'bob'),
    ],
    [
      'of the asker does not count by the escalation either',
      { plan: ESCALATED, by: decider('ann:ceo'), askedBy: 'ann', now: later(HOUR) },
      refused('decider_is_the_asker'),
    ],
    [
      'by the escalation fills one place, not the next as well',
      {
        plan: { ...IN_TURN, escalation: ESCALATED.escalation },
        given: gave('ann:ceo'),
        by: decider('ann:ceo'),
        now: later(HOUR),
      },
      refused('already_decided'),
    ],
    [
      'by the escalation keeps its place when a clock is behind',
      {
        plan: { ...TOGETHER, escalation: ESCALATED.escalation },
        given: gave('ann:ceo'),
        by: decider('bob:cfo'),
      },
      counted('cfo', true),
    ],
    [
      'before its time takes no place as if by the escalation',
      {
        plan: plan([stage(1, 'accountant'), stage(1, 'cfo')], {
          order: 'together',
          escalation: { afterMs: HOUR, roles: ['cfo'] },
        }),
        given: gave('ann:cfo'),
        by: decider('bob:cfo'),
      },
      refused('already_decided'),
    ],
  ])('%s', (_what, one, verdict) => {
    expect(accept(one)).toEqual(verdict)
  })
})

describe('a no', () => {
  const cases: [string, Case, object][] = [
    [
      'of the open stage counts',
      { plan: IN_TURN, by: decider('ann:accountant') },
      { counts: true, role: 'accountant', onBehalfOf: null },
    ],
    [
      'of a later stage counts already',
      { plan: IN_TURN, by: decider('ann:cfo') },
      { counts: true, role: 'cfo', onBehalfOf: null },
    ],
    [
      'of the escalation counts already',
      { plan: ESCALATED, by: decider('ann:ceo') },
      { counts: true, role: 'ceo', onBehalfOf: null },
    ],
    [
      'on behalf of somebody counts',
      { plan: ONE, by: decider('bob:cashier', 'ann:accountant') },
      { counts: true, role: 'accountant', onBehalfOf: 'ann' },
    ],
    [
      'of somebody who said yes counts: they may think again',
      { plan: TWO_EYES, given: gave('ann:accountant'), by: decider('ann:accountant') },
      { counts: true, role: 'accountant', onBehalfOf: null },
    ],
    ['of another role does not', { plan: ONE, by: decider('ann:ceo') }, refused('decider_not_permitted')],
    ['of no active member does not', { plan: ONE, by: decider('ann') }, refused('decider_not_permitted')],
    [
      'of a client does not',
      { plan: ONE, by: decider('ann:individual', 'bob:accountant') },
      refused('decider_not_permitted'),
    ],
    [
      'of the asker does not',
      { plan: ONE, by: decider('ann:accountant'), askedBy: 'ann' },
      refused('decider_is_the_asker'),
    ],
    [
      'on behalf of the asker does not',
      { plan: ONE, by: decider('bob:cashier', 'ann:accountant'), askedBy: 'ann' },
      refused('decider_is_the_asker'),
    ],
  ]
  it.each(cases)('%s', (_what, one, verdict) => {
    expect(decline(one)).toEqual(verdict)
  })
})

function open(of: ApprovalPlan, given: Given[] = [], now = SINCE) {
  return openRoles(of, { given, waitingSince: SINCE, now })
}

describe('the roles that are open', () => {
  it('are those of the first stage that is not full, in sequence', () => {
    expect(open(IN_TURN)).toEqual(['accountant'])
    expect(open(IN_TURN, gave('ann:accountant'))).toEqual(['cfo'])
    expect(open(IN_TURN, gave('ann:accountant', 'bob:cfo'))).toEqual([])
  })

  it('are those that still find a place, together', () => {
    expect(open(TOGETHER)).toEqual(['cfo', 'accountant'])
    expect(open(TOGETHER, gave('ann:accountant'))).toEqual(['cfo'])
    expect(open(TOGETHER, gave('ann:cfo'))).toEqual(['cfo', 'accountant'])
  })

  it('are also those of the escalation, from its time on', () => {
    expect(open(ESCALATED, [], later(HOUR - 1))).toEqual(['accountant'])
    expect(open(ESCALATED, [], later(HOUR))).toEqual(['ceo', 'accountant'])
    expect(open(ESCALATED, gave('ann:accountant'), later(HOUR))).toEqual([])
  })
})

function counted(role: string, completes: boolean, onBehalfOf: string | null = null) {
  return { counts: true, role, onBehalfOf, completes }
}

function refused(refusal: string) {
  return { counts: false, refusal }
}
