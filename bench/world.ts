import { randomBytes, randomUUID } from 'node:crypto'
import type { Knex } from 'knex'
import { connect, inProject, type Database } from '#db/connection.ts'
import { recordIntent } from '#db/operations/intents.ts'
import { hashToken } from '#db/identity/tokens.ts'
import { newId, type Id } from '#domain/ids.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import type { Role } from '#domain/identity/role.ts'
import { registerStep } from '#domain/operations/step.ts'
import { createLedger, type Ledger } from '#ledger/ledger.ts'
import { openCoinAccount, openSystemAccounts } from '#ledger/open-account.ts'
import type { Stage } from './row.ts'

export const CLIENT_NAME = 'Ann Client'
export const IBAN = 'DE89370400440532013000'

export type Person = { readonly id: string; readonly token: string }
export type BenchClient = Person & {
  readonly coin: string
  readonly serial: string
  readonly organization: string
}

/** One project with one issuer, staff and clients, made behind the API's back, so that a row begins within a second. */
export type World = Awaited<ReturnType<typeof makeWorld>>

export async function makeWorld({ appUrl, ownerUrl }: Pick<Stage, 'appUrl' | 'ownerUrl'>) {
  const [db, owner] = [connect(appUrl), connect(ownerUrl, 2)]
  const projectId = freshId('prj')
  await owner('projects').insert({ id: projectId, key: projectId.replace('_', '-'), name: 'Bench' })
  const named = await inProject(db, projectId, (trx) => addCatalogue(trx, projectId))
  const hire = (role: Role) =>
    inProject(db, projectId, (trx) => addPerson(trx, { projectId, ...named }, role))
  const place = {
    projectId,
    ...named,
    accountant: await hire('accountant'),
    administrator: await hire('administrator'),
  }
  return {
    ...place,
    db,
    owner,
    /** Each with a coin, so much on it, and an account at the bank that pays out. */
    addClients: (count: number, funds: bigint) => addClients(db, place, { count, funds }),
    /** What autovacuum does by itself a minute after tables have grown, which would be in the middle of a measurement. */
    analyze: () => owner.raw('analyze').then(() => undefined),
    close: async () => {
      await db.destroy()
      await owner.destroy()
    },
  }
}

export function freshId<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  return newId(prefix, Date.now(), randomBytes(16))
}

type Place = {
  readonly projectId: string
  readonly organizationId: string
  readonly issuerId: string
  readonly bankId: string
}

async function addCatalogue(trx: Knex, projectId: string): Promise<Omit<Place, 'projectId'>> {
  const [organizationId, currency, issuerId, bankId] = [
    freshId('org'),
    freshId('cur'),
    freshId('iss'),
    freshId('bnk'),
  ]
  const ours = { project_id: projectId }
  await trx('organizations').insert({ ...ours, id: organizationId, type: 'system', name: 'System' })
  const euro = { code: 'EUR', digital_code: '978', symbol: '€', name: 'Euro', fraction: 2 }
  await trx('currencies').insert({ ...ours, ...euro, id: currency })
  await trx('issuers').insert({
    ...ours,
    id: issuerId,
    currency_id: currency,
    sn_prefix: 'EUR',
    name: 'Euro',
  })
  const bank = { name: 'Integrated', bic: 'DEUTDEFF', swift: 'DEUTDEFF', platform: 'simulated' }
  await trx('banks').insert({ ...ours, ...bank, id: bankId })
  await openSystemAccounts(trx, projectId, issuerId)
  return { organizationId, issuerId, bankId }
}

/** Signed in for a day. */
async function addPerson(
  trx: Knex,
  { projectId, organizationId }: Pick<Place, 'projectId' | 'organizationId'>,
  role: Role,
): Promise<Person> {
  const [id, member, token] = [freshId('usr'), freshId('mem'), randomBytes(32).toString('base64url')]
  const ours = { project_id: projectId, person_id: id }
  await trx('people').insert({ id, login: `${id}@example.org` })
  await trx('members').insert({ ...ours, id: member, organization_id: organizationId, role })
  const expires = new Date(Date.now() + 86_400_000)
  await trx('tokens').insert({
    ...ours,
    token_hash: hashToken(token),
    member_id: member,
    expires_at: expires,
  })
  return { id, token }
}

async function addClients(
  db: Database,
  place: Place & { readonly accountant: Person },
  { count, funds }: { count: number; funds: bigint },
): Promise<BenchClient[]> {
  const clients = await inProject(db, place.projectId, async (trx) => {
    const added: BenchClient[] = []
    while (added.length < count) added.push(await addClient(trx, place))
    return added
  })
  if (funds > 0n) await fundAll(db, place, { clients, amount: funds })
  return clients
}

/** As many as there are connections. */
const FUNDED_AT_ONCE = 16

async function fundAll(
  db: Database,
  place: Place & { readonly accountant: Person },
  { clients, amount }: { clients: readonly BenchClient[]; amount: bigint },
): Promise<void> {
  const ledger = createLedger(db)
  for (let first = 0; first < clients.length; first += FUNDED_AT_ONCE) {
    const some = clients.slice(first, first + FUNDED_AT_ONCE)
    await Promise.all(some.map((client) => topUp({ db, ledger }, place, { client, amount })))
  }
}

async function addClient(trx: Knex, place: Place & { readonly accountant: Person }): Promise<BenchClient> {
  const { projectId, issuerId, bankId, accountant } = place
  const [organization, coin] = [freshId('org'), freshId('coin')]
  const serial = coin.slice(5).toUpperCase()
  const ours = { project_id: projectId }
  await trx('organizations').insert({ ...ours, id: organization, type: 'individual', name: CLIENT_NAME })
  await openCoinAccount(trx, projectId, { id: coin, issuerId })
  const names = { serial, name: 'Coin' }
  const account = randomUUID()
  const owned = { ...ours, organization_id: organization }
  await trx('accounts').insert({ ...owned, id: account, own: true, active: true })
  await trx('coins').insert({
    ...owned,
    ...names,
    id: coin,
    account_id: account,
    issuer_id: issuerId,
  })
  const person = await addPerson(trx, { projectId, organizationId: organization }, 'individual')
  await trx('bank_accounts').insert({
    ...ours,
    id: freshId('bac'),
    coin_id: coin,
    person_id: person.id,
    made_by: person.id,
    bank_id: bankId,
    full_name: CLIENT_NAME,
    iban: IBAN,
    status: 'APPROVED',
    decided_by: accountant.id,
  })
  return { ...person, coin, serial, organization }
}

/** A top-up as its workflow registers it: direct, or to wait for a decision. */
export async function topUp(
  { db, ledger }: { db: Database; ledger: Ledger },
  { projectId, issuerId, accountant }: Place & { readonly accountant: Person },
  { client, amount, needsDecision = false }: { client: BenchClient; amount: bigint; needsDecision?: boolean },
): Promise<void> {
  const [id, amounts] = [freshId('op'), { amount, senderAmount: amount, recipientAmount: amount }]
  const common = { id, kind: 'top_up', needsDecision, rules: NOTHING_PINNED, ...amounts } as const
  const party = { fullName: CLIENT_NAME, iban: IBAN, description: 'Invoice 4711' }
  const { coin, organization } = client
  await recordIntent(db, projectId, {
    ...common,
    coin,
    issuer: issuerId,
    organization,
    askedBy: accountant.id,
    party,
  })
  const facts = {
    ...common,
    projectId,
    coinId: coin,
    counterCoinId: null,
    organizationId: organization,
    issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
  } as const
  const { outcome } = await ledger.apply(projectId, registerStep(facts), 'workflow')
  if (outcome !== 'applied') throw new Error(`a top-up was not registered: ${outcome}`)
}
