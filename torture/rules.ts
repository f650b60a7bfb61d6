import type { Setup, World } from './world.ts'

/**
 * What holds money back, by amount, so that a plan can choose it: up to 200.00 the default rule, from there a rule that
 * expires soon, from 300.00 two approvers, from 400.00 screening by the provider that is outside.
 */
export const BANDS = {
  plain: [1_00, 199_99],
  expiring: [200_00, 299_99],
  quorum: [300_00, 399_99],
  screened: [400_00, 499_99],
} as const
export type Band = keyof typeof BANDS

export const EXPIRES_AFTER_S = 4
const PATIENCE_S = 45
/** Operations of each kind of one limited client in a day. */
const LIMIT = '6'

/** By issuer. */
export type Ruled = { readonly euro: string; readonly dollar: string; readonly bitcoin: string }
type Rulers = Pick<World, 'administrator' | 'cfo' | 'compliance'>

/** What the same rules are for: money at banks, and what a platform keeps of the currency that is as large. */
function ruledTypes({ euro, dollar }: Ruled): { issuerId: string; types: string[] }[] {
  return [
    { issuerId: euro, types: ['bank_topup', 'bank_redeem', 'client_transaction_transfer'] },
    { issuerId: dollar, types: ['platform_deposit', 'platform_withdrawal'] },
  ]
}

export async function layDownRules(call: Setup, world: Rulers, ruled: Ruled): Promise<void> {
  for (const { issuerId, types } of ruledTypes(ruled)) await layDown(call, world, { issuerId, types })
}

async function layDown(
  call: Setup,
  world: Rulers,
  { issuerId, types }: { issuerId: string; types: readonly string[] },
): Promise<void> {
  const { administrator, cfo, compliance } = world
  const [approver, two] = [
    { roles: ['accountant'], approvers: 1 },
    { roles: ['accountant', 'cfo'], approvers: 2 },
  ]
  const rule = async (type: string, band: Band, more: object) => {
    const [from, to] = BANDS[band]
    const limits = { issuerId, fromAmount: amount(from), toAmount: amount(to + 1) }
    const change = await call(administrator, 'POST /approval-rules', {
      businessProcessType: type,
      ...limits,
      ...more,
    })
    await call(cfo, `POST /approval-rule-changes/${change.id}/approve`, {})
  }
  for (const type of types) {
    await rule(type, 'expiring', { stages: [approver], expiresAfterSeconds: EXPIRES_AFTER_S })
    await rule(type, 'quorum', { stages: [two], order: 'together', expiresAfterSeconds: 600 })
  }
  await call(compliance, 'POST /aml/policies', {
    name: `Larger amounts of ${types[0]}`,
    types,
    issuerId,
    fromAmount: amount(BANDS.screened[0]),
    provider: 'watchman',
    maxAgeSeconds: 86_400,
    patienceSeconds: PATIENCE_S,
  })
}

/** A contract that costs something on every way, in ways that do not divide, and has limits. */
export async function priceAndLimit(
  call: Setup,
  { cfo, limited }: Pick<World, 'cfo' | 'limited'>,
  { euro, dollar, bitcoin }: Ruled,
): Promise<void> {
  const contract = await call(cfo, 'POST /contracts', {
    name: 'Gold',
    organizationType: 'individual',
    personType: 'gold',
  })
  const onTheWayIn = ['IN', { type: 'percent', valuePercent: '1.37' }] as const
  const onTheWayOut = [
    'OUT',
    { type: 'fixed_and_percent', valueFixed: '0.35', valuePercent: '0.333' },
  ] as const
  const sides = { type: 'greater_of_fixed_or_percent', valueFixed: '0.25', valuePercent: '0.777' } as const
  const free = ['OUT', { type: 'zero' }] as const
  const prices = [
    ['bank_top_up', euro, onTheWayIn],
    ['bank_withdrawal', euro, onTheWayOut],
    ['transfer', euro, ['SHARED', sides]],
    ['platform_deposit', dollar, onTheWayIn],
    ['platform_withdrawal', dollar, onTheWayOut],
    ['platform_trade', dollar, free],
    ['platform_deposit', bitcoin, free],
    ['platform_withdrawal', bitcoin, free],
    ['platform_trade', bitcoin, free],
  ] as const
  for (const [operationFlowId, issuerId, [direction, commission]] of prices) {
    const profiles = `/contracts/${contract.id}/commission-profiles`
    const profile = await call(cfo, `POST ${profiles}`, { operationFlowId, issuerId })
    const rules = `${profiles}/${profile.id}/commission-rule`
    const rule = await call(cfo, `POST ${rules}`, {
      beginDate: '2020-01-01T00:00:00Z',
      direction,
      active: true,
    })
    await call(cfo, `POST ${rules}/${rule.id}/condition`, { beginAmount: '0', commission })
  }
  for (const operationFlowId of new Set(prices.map(([flow]) => flow)))
    await call(cfo, `POST /contracts/${contract.id}/limit-profiles`, {
      operationFlowId,
      qualifier: 'quantity',
      timeUnit: 'per_day',
      value: LIMIT,
    })
  for (const { organization } of limited)
    await call(cfo, 'PATCH /contracts', { organizationId: organization, contractId: contract.id })
}

function amount(minor: number): string {
  return (minor / 100).toFixed(2)
}
