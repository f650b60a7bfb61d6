import fc from 'fast-check'
import { approvalFor, canNeedApproval, overlaps, type ApprovalRule } from '#domain/approvals/approval.ts'

describe('the plan of an operation', () => {
  it('is the rule whose band has the amount, with its version', () => {
    expect(choose([RULE])).toEqual({
      rule: 'apr_1',
      version: 3,
      order: 'together',
      stages: [{ roles: ['cfo'], approvers: 2 }],
      expiresAfterMs: 5,
      escalation: null,
    })
  })

  it.each([
    [99n, null],
    [100n, 'apr_1'],
    [199n, 'apr_1'],
    [200n, null],
  ])('for an amount of %s is by the rule %s', (amount, rule) => {
    expect(choose([RULE], { amount })?.rule).toBe(rule)
  })

  it('is by the rule of the issuer before one for any', () => {
    expect(choose([ANY_ISSUER, RULE])?.rule).toBe('apr_1')
    expect(choose([RULE, ANY_ISSUER], { issuerId: 'iss_2' })?.rule).toBe('apr_any')
    expect(choose([RULE, ANY_ISSUER], { amount: 5n })?.rule).toBe('apr_any')
  })

  it('is never by a rule for another kind', () => {
    expect(choose([ANY_ISSUER], { kind: 'top_up' })?.rule).toBeNull()
  })

  it('is one approver of the default where no rule matches and it has to wait, else none', () => {
    expect(choose([])).toEqual({
      rule: null,
      version: 0,
      order: 'sequence',
      stages: [{ roles: ['accountant'], approvers: 1 }],
      expiresAfterMs: null,
      escalation: null,
    })
    expect(choose([], { needsDecision: false })).toBeNull()
    expect(choose([RULE], { needsDecision: false })?.rule).toBe('apr_1')
  })
})

describe('bands', () => {
  it.each([
    ['the same', {}, true],
    ['one inside', { fromAmount: 120n, toAmount: 130n }, true],
    ['one that begins inside', { fromAmount: 199n, toAmount: null }, true],
    ['one around', { fromAmount: 0n, toAmount: null }, true],
    ['one that begins where it ends', { fromAmount: 200n, toAmount: null }, false],
    ['one that ends where it begins', { fromAmount: 0n, toAmount: 100n }, false],
    ['the same of another issuer', { issuerId: 'iss_2' }, false],
    ['the same of any issuer', { issuerId: null }, false],
    ['the same of another kind', { kind: 'transfer' as const }, false],
  ])('of a rule and %s: overlap %p', (_what, more, verdict) => {
    const other = { ...RULE, ...more }
    expect([overlaps(RULE, other), overlaps(other, RULE)]).toEqual([verdict, verdict])
  })

  it('hold for one amount at most together, unless they overlap', () => {
    const amount = fc.bigInt({ min: 0n, max: 12n })
    const band = fc
      .tuple(amount, fc.option(fc.bigInt({ min: 1n, max: 6n })))
      .map(([fromAmount, width]) => ({ ...RULE, fromAmount, toAmount: width && fromAmount + width }))
    fc.assert(
      fc.property(band, band, (one, other) => {
        const shared = Array.from({ length: 30 }, (_, of) => BigInt(of)).some(
          (of) => isIn(one, of) && isIn(other, of),
        )
        expect(overlaps(one, other)).toBe(shared)
      }),
    )
  })
})

it('money that has arrived needs nobody', () => {
  expect(
    ['top_up', 'reversal', 'return', 'bank_line'].map((kind) => canNeedApproval(kind as 'return')),
  ).toEqual([true, true, false, false])
})

const RULE: ApprovalRule = {
  id: 'apr_1',
  version: 3,
  kind: 'withdrawal',
  issuerId: 'iss_1',
  fromAmount: 100n,
  toAmount: 200n,
  order: 'together',
  stages: [{ roles: ['cfo'], approvers: 2 }],
  expiresAfterMs: 5,
  escalation: null,
}

const ANY_ISSUER: ApprovalRule = { ...RULE, id: 'apr_any', issuerId: null, fromAmount: 0n, toAmount: null }

function choose(rules: ApprovalRule[], more: object = {}) {
  return approvalFor(rules, {
    kind: 'withdrawal',
    issuerId: 'iss_1',
    amount: 100n,
    needsDecision: true,
    defaultRoles: ['accountant'],
    ...more,
  })
}

function isIn({ fromAmount, toAmount }: ApprovalRule, amount: bigint): boolean {
  return fromAmount <= amount && (toAmount === null || amount < toAmount)
}
