import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { inProject, type Database } from '#db/connection.ts'
import { newId, type Id } from '#domain/ids.ts'
import { NOTHING_PINNED } from '#domain/pinned-rules.ts'
import { bookAtOnceStep, type Step } from '#domain/step.ts'
import { openCoinAccount, openSystemAccounts } from '#ledger/open-account.ts'

/** Enough for any run: no transfer of a benchmark is refused. */
const FUNDS = 1_000_000_000n

export type BenchProject = {
  readonly projectId: string
  readonly issuerId: string
  readonly person: string
  readonly coins: readonly string[]
  readonly organization: string
}

function id<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  return newId(prefix, Date.now(), randomBytes(16))
}

/** A project with one issuer and so many funded coins. */
export async function openBenchProject(
  { owner, app }: { owner: Database; app: Database },
  coinCount: number,
): Promise<BenchProject> {
  const [projectId, issuerId, person, organization] = [id('prj'), id('iss'), id('usr'), id('org')]
  const coins = Array.from({ length: coinCount }, () => id('coin'))
  await owner('projects').insert({ id: projectId, key: projectId.replace('_', '-'), name: 'Bench' })
  await app('people').insert({ id: person, login: `${person}@example.org` })
  const project = { projectId, issuerId, person, coins, organization }
  await inProject(app, projectId, async (trx) => {
    await addCatalogue(trx, project)
    for (const coin of coins) await addCoin(trx, project, coin)
  })
  await inProject(owner, projectId, (trx) => fundAll(trx, project))
  return project
}

async function addCatalogue(trx: Knex, { projectId, issuerId, organization }: BenchProject): Promise<void> {
  const [project, currency] = [{ project_id: projectId }, id('cur')]
  await trx('organizations').insert({ ...project, id: organization, type: 'system', name: 'System' })
  await trx('currencies').insert({
    ...project,
    id: currency,
    code: 'EUR',
    digital_code: '978',
    symbol: '€',
    name: 'Euro',
    fraction: 2,
  })
  await trx('issuers').insert({
    ...project,
    id: issuerId,
    currency_id: currency,
    sn_prefix: 'EUR',
    name: 'Euro',
  })
  await openSystemAccounts(trx, projectId, issuerId)
}

async function addCoin(trx: Knex, { projectId, issuerId }: BenchProject, coin: string): Promise<void> {
  const organization = id('org')
  await trx('organizations').insert({
    id: organization,
    project_id: projectId,
    type: 'individual',
    name: 'Client',
  })
  await openCoinAccount(trx, projectId, { id: coin, issuerId })
  await trx('coins').insert({
    id: coin,
    project_id: projectId,
    organization_id: organization,
    issuer_id: issuerId,
    serial: coin.slice(5).toUpperCase(),
    name: 'Coin',
  })
}

/** By one top-up each, written the way the book writes it, so that the book's checker finds nothing to say. */
async function fundAll(trx: Knex, project: BenchProject): Promise<void> {
  const { coins } = project
  for (let from = 0; from < coins.length; from += 250) {
    const steps = coins.slice(from, from + 250).map((coin) => fundStep(project, coin))
    await trx.raw('select apply_steps(?, ?::jsonb, ?)', [project.projectId, toJson(steps), 'api'])
  }
}

function fundStep(project: BenchProject, coin: string): Step {
  return atOnce(project, { kind: 'top_up', coin, counterCoin: null, amount: FUNDS })
}

/** A transfer that is born and booked in one step, as the API makes it. */
export function transferStep(
  project: BenchProject,
  { from, to, amount }: { from: string; to: string; amount: bigint },
): Step {
  return atOnce(project, { kind: 'transfer', coin: from, counterCoin: to, amount })
}

function atOnce(
  { projectId, issuerId, person, organization }: BenchProject,
  asked: { kind: 'top_up' | 'transfer'; coin: string; counterCoin: string | null; amount: bigint },
): Step {
  const { kind, coin, counterCoin, amount } = asked
  const same = { amount, senderAmount: amount, recipientAmount: amount, rules: NOTHING_PINNED }
  const operation = id('op')
  const facts = {
    ...same,
    id: operation,
    projectId,
    kind,
    needsDecision: false,
    coinId: coin,
    counterCoinId: counterCoin,
    organizationId: organization,
    issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
  } as const
  return bookAtOnceStep(facts, {
    ...same,
    coin,
    counterCoin,
    issuer: issuerId,
    organization,
    askedBy: person,
    key: operation,
    bodyHash: BODY_HASH,
  })
}
const BODY_HASH = '0'.repeat(64)

export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner))
}
