import { gravestVerdict, screeningFor, type ScreeningPolicy } from '#domain/screening/screening.ts'

const all = policy('all')
const inIssuer = policy('issuer', { issuerId: 'iss_1' })
const large = policy('large', { issuerId: 'iss_1', fromAmount: 500n })

test.each([
  ['none', [], null],
  ['another kind', [policy('p', { kinds: ['top_up', 'transfer'] })], null],
  ['another issuer', [policy('p', { issuerId: 'iss_2' })], null],
  ['an amount that is not reached', [policy('p', { issuerId: 'iss_1', fromAmount: 501n })], null],
  ['an amount that is just reached', [large], 'large'],
  ['one for all', [all], 'all'],
  ['one for the issuer before one for all', [all, inIssuer], 'issuer'],
  [
    'the highest amount that is reached',
    [inIssuer, all, large, policy('huge', { ...large, id: 'huge', fromAmount: 900n })],
    'large',
  ],
  ['the older of two alike', [policy('b'), policy('a')], 'a'],
] as const)('%s', (_what, policies, chosen) => {
  expect(screeningFor(policies, asked)?.policy ?? null).toBe(chosen)
})

test('what is pinned is all that the check needs later', () => {
  const pinned = screeningFor([policy('p', { provider: 'watchman', maxAgeMs: 5, patienceMs: 7 })], asked)
  expect(pinned).toEqual({ policy: 'p', provider: 'watchman', maxAgeMs: 5, patienceMs: 7 })
  expect(screeningFor([all], asked)).toEqual({ policy: 'all', provider: 'rules', maxAgeMs: 60_000 })
})

test.each([
  [[], 'clear'],
  [['clear', 'clear'], 'clear'],
  [['clear', 'review'], 'review'],
  [['review', 'hit', 'clear'], 'hit'],
] as const)('of %j the gravest is %s', (verdicts, gravest) => {
  expect(gravestVerdict(verdicts)).toBe(gravest)
})

function policy(id: string, more: Partial<ScreeningPolicy> = {}): ScreeningPolicy {
  return {
    id,
    kinds: ['withdrawal'],
    fromAmount: null,
    issuerId: null,
    provider: 'rules',
    maxAgeMs: 60_000,
    ...more,
  }
}

const asked = { kind: 'withdrawal', issuerId: 'iss_1', amount: 500n } as const
