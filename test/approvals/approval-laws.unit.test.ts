import fc from 'fast-check'
import type { ApprovalPlan, ApprovalStage } from '#domain/operations/approval-plan.ts'
import { openRoles, type Decider, type Given } from '#domain/approvals/approval.ts'
import type { Role } from '#domain/identity/role.ts'
import { accept, decider, decline, HOUR, later, plan, SINCE } from './approval-people.ts'

describe('approvals', () => {
  it('nobody is in two approvals, and the asker is in none', () => {
    fc.assert(
      fc.property(anyPlan, fc.array(person, { maxLength: 14 }), when, (of, people, now) => {
        const { given, done } = run(of, people, now)
        const all = given.flatMap(({ personId, onBehalfOf }) => [
          personId,
          ...(onBehalfOf === null ? [] : [onBehalfOf]),
        ])
        expect(new Set(all).size).toBe(all.length)
        expect(all).not.toContain('a')
        const places = of.stages.reduce((sum, { approvers }) => sum + approvers, 0)
        expect({ done, length: given.length <= places }).toEqual({
          done: given.length === places,
          length: true,
        })
      }),
      { numRuns: 500 },
    )
  })

  it('together: a yes counts exactly where some way seats all, as trying every way says', () => {
    fc.assert(
      fc.property(
        stages,
        escalation,
        fc.tuple(fc.array(fc.constantFrom(...STAFF), { maxLength: 7 }), when),
        (of, esc, [roles, now]) => {
          const together = plan(of, { order: 'together', escalation: esc })
          const wild = esc !== null && now > SINCE ? esc.roles : []
          const given: Given[] = []
          for (const [at, role] of roles.entries()) {
            const by = decider(`p${at}:${role}`)
            const can = canSit(of, [...given.map((one) => one.role), role], wild)
            expect(openRoles(together, { given, waitingSince: SINCE, now }).includes(role)).toBe(can)
            expect(accept({ plan: together, given, by, now }).counts).toBe(can)
            if (can) given.push({ personId: by.personId, role, onBehalfOf: null })
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('together: in whatever order they come, as many places are filled', () => {
    const crowd = fc.array(fc.constantFrom(...STAFF), { maxLength: 7 })
    const twice = crowd.chain((roles) => {
      const people = roles.map((role, at) => decider(`p${at}:${role}`))
      return fc.tuple(fc.constant(people), fc.shuffledSubarray(people, { minLength: people.length }))
    })
    fc.assert(
      fc.property(stages, twice, (of, [one, other]) => {
        const together = plan(of, { order: 'together' })
        expect(run(together, one, SINCE).given).toHaveLength(run(together, other, SINCE).given.length)
      }),
    )
  })

  it('in sequence each stage is filled by its own roles before the next begins', () => {
    fc.assert(
      fc.property(stages, fc.array(fc.constantFrom(...STAFF), { maxLength: 10 }), (of, roles) => {
        const { given } = run(
          plan(of),
          roles.map((role, at) => decider(`p${at}:${role}`)),
          SINCE,
        )
        const places = of.flatMap(({ roles: named, approvers }) =>
          Array.from({ length: approvers }, () => named),
        )
        for (const [at, { role }] of given.entries()) expect(places[at]).toContain(role)
      }),
    )
  })

  it('whoever may say yes may say no', () => {
    fc.assert(
      fc.property(anyPlan, person, when, (of, by, now) => {
        const yes = accept({ plan: of, by, askedBy: 'a', now })
        if (yes.counts) expect(decline({ plan: of, by, askedBy: 'a', now }).counts).toBe(true)
      }),
    )
  })
})

const STAFF = ['accountant', 'cfo', 'ceo', 'compliance_manager'] as const
const someRoles = fc.uniqueArray(fc.constantFrom(...STAFF), { minLength: 1, maxLength: 3 })

const stages = fc.array(fc.record({ roles: someRoles, approvers: fc.integer({ min: 1, max: 2 }) }), {
  minLength: 1,
  maxLength: 3,
})

const escalation = fc.option(fc.record({ afterMs: fc.constant(HOUR), roles: someRoles }))
const order = fc.constantFrom('sequence' as const, 'together' as const)

const anyPlan = fc
  .tuple(stages, order, escalation)
  .map(([of, by, esc]) => plan(of, { order: by, escalation: esc }))

const person = fc
  .record({
    personId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    role: fc.constantFrom(...STAFF, 'cashier' as const),
    delegations: fc.array(
      fc.record({ from: fc.constantFrom('a', 'b', 'c', 'x', 'y'), role: fc.constantFrom(...STAFF) }),
      { maxLength: 2 },
    ),
  })
  .filter(({ personId, delegations }) => delegations.every(({ from }) => from !== personId))

const when = fc.boolean().map((isLate) => (isLate ? later(HOUR) : SINCE))

/** Lets them decide one after another; what counted, in order. */
function run(of: ApprovalPlan, people: readonly Decider[], now: Date): { given: Given[]; done: boolean } {
  const given: Given[] = []
  let done = false
  for (const by of people) {
    const verdict = accept({ plan: of, given, by, askedBy: 'a', now })
    if (!verdict.counts) continue
    expect(done).toBe(false)
    given.push({ personId: by.personId, role: verdict.role, onBehalfOf: verdict.onBehalfOf })
    done = verdict.completes
  }
  return { given, done }
}

/** Every way to give each a place, tried out. */
function canSit(of: readonly ApprovalStage[], roles: readonly Role[], wild: readonly Role[]): boolean {
  const [role, ...rest] = roles
  if (role === undefined) return true
  return of.some(
    (one, at) =>
      one.approvers > 0 &&
      (one.roles.includes(role) || wild.includes(role)) &&
      canSit(
        of.map((other, here) => (here === at ? { ...other, approvers: other.approvers - 1 } : other)),
        rest,
        wild,
      ),
  )
}
