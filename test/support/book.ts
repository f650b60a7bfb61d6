import { randomBytes, randomUUID } from 'node:crypto'
import { findBookFaults } from '#db/reports/check-book.ts'
import { inProject, type Database } from '#db/connection.ts'
import { addTicket } from '#db/operations/tickets.ts'
import { newId, type Id } from '#domain/ids.ts'
import type { Verb } from '#domain/operations/operation.ts'
import type { Role } from '#domain/identity/role.ts'
import { registerStep, type OperationFacts } from '#domain/operations/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import { openCoinAccount, openSystemAccounts } from '#ledger/open-account.ts'
import { connect } from './connect.ts'
import type { TestDatabase } from './database.ts'
import { intend, type IntendedFacts } from './intent.ts'

export function id<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  return newId(prefix, Date.now(), randomBytes(16))
}

export type Asked = Partial<
  Pick<OperationFacts, 'senderAmount' | 'recipientAmount' | 'rules' | 'bankAccountId'>
> & {
  readonly kind?: 'top_up' | 'withdrawal'
  readonly coin: string
  readonly amount: bigint
  readonly needsDecision?: boolean
  readonly platform?: string | null
  readonly askedBy?: string
}

/** A project with one issuer, made behind the API's back: for tests of the book itself. */
export async function openTestBook(database: TestDatabase) {
  const db = connect(database.url)
  const owner = connect(database.ownerUrl, 2)
  const projectId = id('prj')
  const issuerId = id('iss')
  const system = id('org')
  await owner('projects').insert({ id: projectId, key: projectId.replace('_', '-'), name: 'Test' })

  const addPerson = async (role: Role, organization: string = system) => {
    const person = id('usr')
    await db('people').insert({ id: person, login: `${person}@example.org` })
    await inProject(db, projectId, async (trx) => {
      await trx('members').insert({
        id: id('mem'),
        project_id: projectId,
        person_id: person,
        organization_id: organization,
        role,
      })
    })
    return person
  }

  /** The time to decide is over. */
  const makeDue = (operation: string) =>
    inProject(owner, projectId, async (trx) => {
      await trx('operations').where({ id: operation }).update({ decide_by: new Date() })
    })

  const addCoin = async () => {
    const coin = id('coin')
    const organization = id('org')
    await inProject(db, projectId, async (trx) => {
      await trx('organizations').insert({
        id: organization,
        project_id: projectId,
        type: 'individual',
        name: 'A client',
      })
      await openCoinAccount(trx, projectId, { id: coin, issuerId })
      const account = randomUUID()
      const owned = { project_id: projectId, organization_id: organization }
      await trx('accounts').insert({ ...owned, id: account, own: true, active: true })
      await trx('coins').insert({
        ...owned,
        id: coin,
        account_id: account,
        issuer_id: issuerId,
        serial: coin.slice(5).toUpperCase(),
        name: 'Coin',
      })
    })
    return coin as string
  }

  await inProject(db, projectId, async (trx) => {
    const currency = id('cur')
    await trx('organizations').insert({ id: system, project_id: projectId, type: 'system', name: 'System' })
    await trx('currencies').insert({
      id: currency,
      project_id: projectId,
      code: 'EUR',
      digital_code: '978',
      symbol: '€',
      name: 'Euro',
      fraction: 2,
    })
    await trx('issuers').insert({
      id: issuerId,
      project_id: projectId,
      currency_id: currency,
      sn_prefix: 'EUR',
      name: 'Euro',
    })
    await openSystemAccounts(trx, projectId, issuerId)
  })
  const asker = await addPerson('individual')

  const organizationOf = (coin: string): Promise<string> =>
    inProject(db, projectId, async (trx) => {
      const row: { organization_id: string } = await trx('coins').where({ id: coin }).first('organization_id')
      return row.organization_id
    })

  const ask = async ({
    kind = 'top_up',
    coin,
    amount,
    needsDecision = false,
    platform = null,
    askedBy = asker,
    ...more
  }: Asked): Promise<IntendedFacts> =>
    intend(db, projectId, {
      kind,
      coinId: coin,
      organizationId: await organizationOf(coin),
      issuerId,
      amount,
      needsDecision,
      platform,
      askedBy,
      ...more,
    })

  return {
    db,
    owner,
    projectId,
    issuerId,
    asker,
    addPerson,
    makeDue,
    addCoin,
    /** Commits an intent, as a money POST does, and gives its facts. */
    ask,
    organizationOf,
    /** Books a direct top-up. */
    fund: async (coin: string, amount: bigint) => {
      await createLedger(db).apply(projectId, registerStep(await ask({ coin, amount })), 'workflow')
    },
    issueTicket: async (
      operation: string,
      person: string,
      decision: Verb | { verb: Verb; validUntil?: Date; detail?: object },
    ): Promise<string> => {
      const ticket = id('tkt')
      const asked = typeof decision === 'string' ? { verb: decision } : decision
      await inProject(db, projectId, (trx) =>
        addTicket(trx, {
          id: ticket,
          project_id: projectId,
          operation_id: operation,
          person_id: person,
          verb: asked.verb,
          delivery: 'carried',
          shown: {},
          detail: asked.detail,
          valid_until: asked.validUntil ?? null,
        }),
      )
      return ticket
    },
    balances: () => readBalances(db, projectId),
    close: async () => {
      await db.destroy()
      await owner.destroy()
    },
  }
}
export type TestBook = Awaited<ReturnType<typeof openTestBook>>

/** Account id → what is posted and held, in minor units. */
async function readBalances(
  db: Database,
  projectId: string,
): Promise<Map<string, { posted: bigint; held: bigint }>> {
  const rows: { account_id: string; posted: string; held: string }[] = await inProject(db, projectId, (trx) =>
    trx('account_balances').select(),
  )
  return new Map(
    rows.map(({ account_id, posted, held }) => [account_id, { posted: BigInt(posted), held: BigInt(held) }]),
  )
}

/** Every law of the book at once, straight from SQL. */
export async function expectSoundBook({
  owner,
  projectId,
}: Pick<TestBook, 'owner' | 'projectId'>): Promise<void> {
  expect(await inProject(owner, projectId, findBookFaults)).toEqual([])
}
