import {
  isFinal,
  KINDS,
  STATES,
  statesOfWireStatus,
  VERBS,
  whereTheMoneyIs,
  WIRE_STATUSES,
  wireRequestStatus,
  wireStatus,
} from '#domain/operations/operation.ts'
import { explainRefusal, REFUSALS } from '#domain/operations/refusal.ts'
import { PERMISSIONS, permissionsOf, ROLES, rolesWith } from '#domain/identity/role.ts'
import {
  expireStep,
  platformConfirmedStep,
  platformRefusedStep,
  outcomeUnknownStep,
  registerReturnStep,
  registerStep,
  type OperationFacts,
  type Step,
} from '#domain/operations/step.ts'
import type { OperationId } from '#domain/ids.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { decided } from '#test/support/steps.ts'

describe('steps', () => {
  it('never leave a final state', () => {
    expect(everyStep.filter(({ expect: from }) => from.some(isFinal))).toEqual([])
  })

  it('move the whole amount, each leg between two different accounts', () => {
    const legs = everyStep.flatMap(({ legs: moved }) => moved ?? [])
    expect(legs.length).toBeGreaterThan(0)
    expect(legs.filter(({ from, to, amount }) => from === to || amount !== 250n)).toEqual([])
  })

  it('let no withdrawal through without a decision', () => {
    expect(registerStep(facts('withdrawal', { needsDecision: false })).to).toBe('awaiting_decision')
  })

  it('hold at the request of a withdrawal, and end the hold one way', () => {
    expect(registerStep(facts('withdrawal')).hold?.action).toBe('place')
    expect(decided(facts('withdrawal'), 'accept', 'tkt_1').hold?.action).toBe('capture')
    expect(decided(facts('withdrawal'), 'decline', 'tkt_1').hold?.action).toBe('release')
    expect(expireStep(facts('withdrawal')).hold?.action).toBe('release')
    expect(expireStep(facts('top_up')).hold).toBeUndefined()
  })

  it('send an accepted withdrawal to its bank, or to a person where the bank has no integration', () => {
    expect(decided(facts('withdrawal'), 'accept', 'tkt_1').to).toBe('at_platform')
    expect(decided(facts('withdrawal', { platform: null }), 'accept', 'tkt_1').to).toBe('awaiting_reference')
  })

  it('credit nothing for a requested top-up before it is accepted', () => {
    expect(registerStep(facts('top_up')).legs).toBeUndefined()
    expect(decided(facts('top_up'), 'accept', 'tkt_1').legs).toHaveLength(2)
  })

  it('ask for the role that executes the kind', () => {
    expect(decided(facts('withdrawal'), 'accept', 'tkt_1').decision?.roles).toEqual(['accountant'])
  })
})

describe('states', () => {
  it.each(STATES)(
    '%s has a status on the wire, words for people, and is found again by its status',
    (state) => {
      expect(WIRE_STATUSES).toContain(wireStatus(state))
      expect(statesOfWireStatus(wireStatus(state), 'status')).toContain(state)
      expect(statesOfWireStatus(wireRequestStatus(state), 'requestStatus')).toContain(state)
      for (const kind of KINDS) expect(whereTheMoneyIs(kind, state)).toMatch(/\.$/)
    },
  )

  it.each(REFUSALS)('the refusal %s is explained in a sentence', (refusal) => {
    expect(explainRefusal(refusal)).toMatch(/^[A-Z].*\.$/)
  })
})

describe('roles', () => {
  it('leave no permission to nobody', () => {
    expect(PERMISSIONS.filter((permission) => rolesWith(permission).length === 0)).toEqual([])
  })

  it('keep the power to execute money from those who set up users, and from clients', () => {
    const executors = ROLES.filter((role) =>
      permissionsOf(role).some((permission) => permission.endsWith('CREATION_EXECUTOR')),
    )
    expect(executors).toEqual(['accountant'])
    expect(executors.filter((role) => permissionsOf(role).includes('USER_MANAGER'))).toEqual([])
  })
})

function facts(kind: OperationFacts['kind'], more: Partial<OperationFacts> = {}): OperationFacts {
  return {
    id: 'op_1' as OperationId,
    projectId: 'prj_1',
    kind,
    needsDecision: true,
    coinId: 'coin_1',
    counterCoinId: null,
    organizationId: 'org_1',
    issuerId: 'iss_1',
    amount: 250n,
    senderAmount: 250n,
    recipientAmount: 250n,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: 'simulated',
    bankAccountId: null,
    bankLineId: null,
    rules: NOTHING_PINNED,
    ...more,
  }
}

const everyStep: readonly Step[] = (['top_up', 'withdrawal'] as const).flatMap((kind) => [
  registerStep(facts(kind)),
  registerStep(facts(kind, { needsDecision: false })),
  ...VERBS.flatMap((verb) => [
    decided(facts(kind), verb, 'tkt_1'),
    decided(facts(kind, { platform: null }), verb, 'tkt_1'),
  ]),
  expireStep(facts(kind)),
  outcomeUnknownStep(facts(kind)),
  platformConfirmedStep(facts(kind), { platformReference: 'x' }),
  platformRefusedStep(facts(kind), 'no'),
  registerReturnStep(facts('return')),
])
