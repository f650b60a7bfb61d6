import { inProject } from '#db/connection.ts'
import { id } from '#test/support/book.ts'
import type { Engine, TestClient } from '#test/support/engine.ts'
import { addApprovalRule, addScreeningPolicy, listName } from '#test/support/rules.ts'
import { openPlatformDesk } from '#test/support/platform-desk.ts'
import { addNamedClient } from '#test/support/suspense.ts'

type Price = { readonly flow: string; readonly direction: 'IN' | 'OUT' | 'SHARED'; readonly percent: string }

const PRICES: readonly Price[] = [
  { flow: 'bank_top_up', direction: 'IN', percent: '1.37' },
  { flow: 'bank_withdrawal', direction: 'OUT', percent: '2' },
  { flow: 'transfer', direction: 'SHARED', percent: '1.25' },
]
const HELD_PRICES: readonly Price[] = [
  { flow: 'platform_deposit', direction: 'IN', percent: '1.37' },
  { flow: 'platform_withdrawal', direction: 'OUT', percent: '2' },
  { flow: 'platform_trade', direction: 'OUT', percent: '0' },
]
const FREE: readonly Price[] = PRICES.map((price) => ({ ...price, percent: '0' }))

/** In minor units, a day. */
const LIMIT = 3_000

/** Clients, people and every sort of rule, before anything happens: contracts do not change while a run is judged. */
export async function makeHonestWorld(engine: Engine) {
  const [cfo, compliance, antifraud] = [
    await engine.hire('cfo'),
    await engine.hire('compliance_manager'),
    await engine.hire('antifraud_specialist'),
  ]
  const ann = await addNamedClient(engine)
  const [bob, limited, suspect] = [
    await engine.addClient(),
    await engine.addClient(),
    await engine.addClient(),
  ]
  const contract = await giveContract(engine, ann, PRICES)
  await limitTransfers(engine, await giveContract(engine, limited, FREE))
  await addApprovalRule(engine, {
    kind: 'transfer',
    fromAmount: 20_000n,
    stages: [
      { roles: ['accountant'], approvers: 1 },
      { roles: ['cfo'], approvers: 1 },
    ],
  })
  await addApprovalRule(engine, {
    kind: 'top_up',
    fromAmount: 70_000n,
    toAmount: 80_000n,
    stages: [{ roles: ['accountant'], approvers: 1 }],
    expiresAfterMs: 500,
  })
  await lend(engine, cfo, engine.secondAccountant)
  await screenLargeTopUps(engine)
  await listName(engine, 'Viktor Near', 'review')
  await listName(engine, 'Boris Wanted', 'hit')
  const held = await openHeld(engine)
  return { ann, bob, limited, suspect, cfo, compliance, antifraud, contract, ...held }
}
export type HonestWorld = Awaited<ReturnType<typeof makeHonestWorld>>

/** A client with two assets in an account that the platform keeps. */
async function openHeld(engine: Engine) {
  const holder = await addNamedClient(engine)
  await giveContract(engine, holder, HELD_PRICES)
  const desk = await openPlatformDesk(engine)
  const dollars = await desk.addAsset(holder, 'USDT')
  const bitcoin = await desk.addAsset(holder, 'BTC', dollars.account)
  return { holder, desk, dollars, bitcoin }
}

async function giveContract(
  { book: { db, projectId } }: Engine,
  { organization }: TestClient,
  prices: readonly Price[],
): Promise<string> {
  const contract = id('con')
  const own = { project_id: projectId }
  await inProject(db, projectId, async (trx) => {
    const type = { organization_type: 'individual', person_type: 'vip' }
    await trx('contracts').insert({ ...own, ...type, id: contract, name: contract })
    for (const { flow, direction, percent } of prices) {
      const [profile, rule] = [id('cpr'), id('cru')]
      const terms = { type: 'percent', percent, begin_amount: 0 }
      await trx('commission_profiles').insert({ ...own, id: profile, contract_id: contract, flow })
      const inForce = { begins_at: '2020-01-01', direction, active: true }
      await trx('commission_rules').insert({ ...own, ...inForce, id: rule, profile_id: profile })
      await trx('commission_conditions').insert({ ...own, ...terms, id: id('cnd'), rule_id: rule })
    }
    await trx('organizations').where({ id: organization }).update({ contract_id: contract })
  })
  return contract
}

async function limitTransfers(
  { book: { db, projectId, issuerId } }: Engine,
  contract: string,
): Promise<void> {
  await inProject(db, projectId, async (trx) => {
    await trx('limit_profiles').insert({
      id: id('lim'),
      project_id: projectId,
      contract_id: contract,
      flow: 'transfer',
      issuer_id: issuerId,
      qualifier: 'amount',
      time_unit: 'per_day',
      value: LIMIT,
      active: true,
    })
  })
}

async function lend(
  { book: { db, projectId } }: Engine,
  from: { readonly id: string },
  to: { readonly id: string },
): Promise<void> {
  await inProject(db, projectId, async (trx) => {
    await trx('delegations').insert({
      id: id('dlg'),
      project_id: projectId,
      from_person: from.id,
      to_person: to.id,
      from_at: new Date(Date.now() - 60_000),
      until_at: new Date(Date.now() + 3_600_000),
    })
  })
}

/** As if it had been so for long: a policy that has just changed is not held against an operation. */
async function screenLargeTopUps(engine: Engine): Promise<void> {
  const { db, projectId, issuerId } = engine.book
  const policy = await addScreeningPolicy(engine, { kinds: ['top_up'] })
  await inProject(db, projectId, (trx) =>
    trx('screening_policies')
      .where({ id: policy })
      .update({ issuer_id: issuerId, from_amount: 200_000, updated_at: new Date(Date.now() - 3_600_000) }),
  )
}
