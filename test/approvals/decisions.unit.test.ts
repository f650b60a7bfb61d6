import type { ApprovalPlan } from '#domain/operations/approval-plan.ts'
import { isApproved, judgeDecision, mayDecide, type Situation } from '#domain/approvals/judge-decision.ts'
import type { OperationId } from '#domain/ids.ts'
import type { State, Verb } from '#domain/operations/operation.ts'
import { NOTHING_PINNED, type PinnedRules } from '#domain/operations/pinned-rules.ts'
import type { Role } from '#domain/identity/role.ts'
import { firstState, registerStep, screenedStep, type OperationFacts } from '#domain/operations/step.ts'

const NOW = new Date('2026-11-23T10:00:00Z')
const PLAN: ApprovalPlan = {
  rule: 'apr_1',
  version: 3,
  order: 'sequence',
  stages: [
    { roles: ['accountant'], approvers: 1 },
    { roles: ['cfo'], approvers: 1 },
  ],
  expiresAfterMs: 60_000,
  escalation: null,
}
const SCREENING = { policy: 'scp_1', provider: 'rules', maxAgeMs: 1_000 }

describe('where an operation waits first', () => {
  it.each([
    ['top_up', {}, 'processed'],
    ['transfer', {}, 'processed'],
    ['withdrawal', {}, 'awaiting_decision'],
    ['reversal', {}, 'awaiting_decision'],
    ['suspense_return', {}, 'awaiting_decision'],
    ['transfer', { approval: PLAN }, 'awaiting_decision'],
    ['top_up', { screening: SCREENING, approval: PLAN }, 'screening'],
    ['withdrawal', { screening: SCREENING }, 'screening'],
  ] as const)('a %s under %j: %s', (kind, rules, state) => {
    expect(firstState(facts(kind, rules))).toBe(state)
  })

  it('what goes out is held wherever it waits; what comes in is not touched', () => {
    for (const rules of [{ approval: PLAN }, { screening: SCREENING }]) {
      for (const kind of ['withdrawal', 'transfer', 'reversal'] as const)
        expect(registerStep(facts(kind, rules))).toMatchObject({
          hold: { action: 'place', account: 'coin_1', amount: 102n },
        })
      const { hold, legs } = registerStep(facts('top_up', rules))
      expect([hold, legs]).toEqual([undefined, undefined])
    }
  })

  it('over a limit the same is held, and nothing is booked', () => {
    const limits = [{ limit: 'lim_1', qualifier: 'amount', period: '2026', add: '100', max: '1' }] as const
    expect(registerStep(facts('transfer', { limits })).overLimit).toEqual({
      to: 'limited',
      hold: { action: 'place', account: 'coin_1', amount: 102n },
    })
    expect(registerStep(facts('top_up', { limits })).overLimit).toEqual({ to: 'limited' })
  })
})

describe('a decision', () => {
  const cases: [string, OperationFacts, Verb, Situation, object][] = [
    [
      'the first of two accepts leaves it waiting',
      facts('withdrawal', { approval: PLAN }),
      'accept',
      situation(),
      { roles: ['accountant'], given: 0, to: 'awaiting_decision' },
    ],
    [
      'the last accept lets it go',
      facts('withdrawal', { approval: PLAN }),
      'accept',
      situation({ role: 'cfo', given: [given('usr_c', 'accountant')] }),
      { roles: ['cfo'], given: 1, to: 'at_platform' },
    ],
    [
      'the last accept on an old screening has it screened again',
      facts('withdrawal', { approval: PLAN, screening: SCREENING }),
      'accept',
      situation({ role: 'cfo', given: [given('usr_c', 'accountant')], screenedAt: ago(1_001) }),
      { to: 'screening' },
    ],
    [
      'on a screening just fresh enough it goes',
      facts('withdrawal', { approval: PLAN, screening: SCREENING }),
      'accept',
      situation({ role: 'cfo', given: [given('usr_c', 'accountant')], screenedAt: ago(1_000) }),
      { to: 'at_platform' },
    ],
    [
      'the default rule looks at the screening as well',
      facts('withdrawal', { screening: SCREENING }),
      'accept',
      situation({ screenedAt: ago(1_001) }),
      { to: 'screening' },
    ],
    [
      'out of turn is refused',
      facts('withdrawal', { approval: PLAN }),
      'accept',
      situation({ role: 'cfo' }),
      { refuse: 'decider_not_permitted' },
    ],
    [
      'of the asker is refused',
      facts('withdrawal', { approval: PLAN }),
      'accept',
      situation({ person: 'usr_a' }),
      { refuse: 'decider_is_the_asker' },
    ],
    [
      'of the asker is refused without a rule, too',
      facts('withdrawal'),
      'accept',
      situation({ person: 'usr_a' }),
      { refuse: 'decider_is_the_asker' },
    ],
    [
      'one decline of any stage ends it',
      facts('withdrawal', { approval: PLAN }),
      'decline',
      situation({ role: 'cfo' }),
      { to: 'declined' },
    ],
    [
      'anti-fraud allows what is limited',
      facts('transfer'),
      'allow',
      situation({ state: 'limited', role: 'antifraud_specialist' }),
      { to: 'processed' },
    ],
    [
      'an accountant does not',
      facts('transfer'),
      'allow',
      situation({ state: 'limited' }),
      { refuse: 'decider_not_permitted' },
    ],
    [
      'what is allowed still has to be screened',
      facts('transfer', { screening: SCREENING }),
      'allow',
      situation({ state: 'limited', role: 'antifraud_specialist' }),
      { to: 'screening' },
    ],
    [
      'anti-fraud rejects what is limited',
      facts('transfer'),
      'reject',
      situation({ state: 'limited', role: 'antifraud_specialist' }),
      { to: 'rejected' },
    ],
    [
      'and not what is under review',
      facts('transfer'),
      'reject',
      situation({ state: 'review', role: 'antifraud_specialist' }),
      { refuse: 'decider_not_permitted' },
    ],
    [
      'compliance clears a review, and people still decide',
      facts('withdrawal'),
      'clear',
      situation({ state: 'review', role: 'compliance_manager' }),
      { to: 'awaiting_decision' },
    ],
    [
      'a review cleared after all have accepted goes on by itself',
      facts('withdrawal', { approval: PLAN }),
      'clear',
      situation({
        state: 'review',
        role: 'compliance_manager',
        given: [given('usr_c', 'accountant'), given('usr_d', 'cfo')],
      }),
      { to: 'at_platform' },
    ],
    [
      'nobody without a role',
      facts('withdrawal'),
      'accept',
      situation({ decider: { personId: 'usr_b', role: null, delegations: [] } }),
      { refuse: 'decider_not_permitted' },
    ],
  ]
  it.each(cases)('%s', (...[, about, verb, moment, judged]) => {
    expect(judgeDecision(about, verb, moment)).toMatchObject(judged)
  })

  it.each([
    ['awaiting_decision', 'accountant', true],
    ['awaiting_decision', 'cfo', false],
    ['limited', 'antifraud_specialist', true],
    ['limited', 'accountant', false],
    ['review', 'compliance_specialist', true],
    ['screening', 'compliance_specialist', false],
    ['awaiting_reference', 'accountant', true],
    ['processed', 'accountant', false],
  ] as const satisfies readonly [State, Role, boolean][])(
    'in %s waits for an %s: %s',
    (state, role, waits) => {
      const { screenedAt: _, ...moment } = situation({ state, role })
      expect(mayDecide(facts('withdrawal', { approval: PLAN }), moment)).toBe(waits)
    },
  )
})

describe('a verdict', () => {
  it('clear goes on to who must accept, or on where all have', () => {
    expect(screenedStep(held, { n: 1, verdict: 'clear', isApproved: false }).to).toBe('awaiting_decision')
    expect(screenedStep(held, { n: 2, verdict: 'clear', isApproved: true })).toMatchObject({
      to: 'at_platform',
      hold: { action: 'capture' },
    })
  })

  it('review keeps everything as it is; hit gives it back and freezes', () => {
    const review = screenedStep(held, { n: 1, verdict: 'review', isApproved: true })
    expect([review.to, review.hold, review.legs]).toEqual(['review', undefined, undefined])
    expect(screenedStep(held, { n: 1, verdict: 'hit', isApproved: true })).toMatchObject({
      to: 'rejected',
      freeze: true,
      releaseLimits: true,
      hold: { action: 'release' },
    })
  })

  it('needs the accepts that the rule asks for, not just any', () => {
    const asked = { stateSince: ago(1), now: NOW }
    expect(isApproved(held, { ...asked, given: [] })).toBe(false)
    expect(isApproved(held, { ...asked, given: [given('usr_c', 'accountant')] })).toBe(false)
    expect(isApproved(held, { ...asked, given: [given('usr_c', 'accountant'), given('usr_d', 'cfo')] })).toBe(
      true,
    )
  })
})

function ago(ms: number) {
  return new Date(NOW.getTime() - ms)
}

function facts(kind: OperationFacts['kind'], rules: Partial<PinnedRules> = {}): OperationFacts {
  return {
    id: 'op_1' as OperationId,
    projectId: 'prj_1',
    kind,
    needsDecision: false,
    coinId: 'coin_1',
    counterCoinId: kind === 'transfer' ? 'coin_2' : null,
    organizationId: 'org_1',
    issuerId: 'iss_1',
    amount: 100n,
    senderAmount: 102n,
    recipientAmount: 100n,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: 'simulated',
    bankAccountId: null,
    bankLineId: null,
    rules: { ...NOTHING_PINNED, ...rules },
  }
}

function situation(more: Partial<Situation> & { role?: Role; person?: string } = {}): Situation {
  const { role = 'accountant', person = 'usr_b', ...rest } = more
  return {
    state: 'awaiting_decision',
    askedBy: 'usr_a',
    given: [],
    decider: { personId: person, role, delegations: [] },
    stateSince: ago(100),
    screenedAt: null,
    now: NOW,
    ...rest,
  }
}

function given(personId: string, role: Role) {
  return { personId, role, onBehalfOf: null }
}

const held = facts('withdrawal', { screening: SCREENING, approval: PLAN })
