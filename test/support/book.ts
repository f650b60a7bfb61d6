import { randomBytes } from 'node:crypto'
import { connect, inProject, type Database } from '#db/connection.ts'
import { addTicket } from '#db/tickets.ts'
import { newId, type Id } from '#domain/ids.ts'
import type { Verb } from '#domain/operation.ts'
import type { Role } from '#domain/role.ts'
import { registerStep, type OperationFacts } from '#domain/step.ts'
import { createLedger } from '#ledger/ledger.ts'
import { openCoinAccount, openSystemAccounts } from '#ledger/open-account.ts'
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
      await trx('coins').insert({
        id: coin,
        project_id: projectId,
        organization_id: organization,
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
  const faults: unknown[] = await inProject(owner, projectId, async (trx) => {
    const found = await trx.raw<{ rows: unknown[] }>(`
      select 'postings do not sum to zero' as fault, operation_id as subject from postings group by operation_id, step, issuer_id having sum(amount) <> 0
      union all select 'balance is not the sum of its postings', b.account_id from account_balances b
        left join (select account_id, sum(amount) as amount from postings group by account_id) p on p.account_id = b.account_id
        where b.posted <> coalesce(p.amount, 0)
      union all select 'held is not the sum of its open holds', b.account_id from account_balances b
        left join (select account_id, sum(amount) as amount from holds where state = 'placed' group by account_id) h on h.account_id = b.account_id
        where b.held <> coalesce(h.amount, 0)
      union all select 'an open hold of an operation that waits for nothing', h.operation_id from holds h join operations o on o.id = h.operation_id
        where h.state = 'placed' and o.state not in ('limited', 'screening', 'review', 'awaiting_decision')
      union all select 'technical transit is not empty', a.id from book_accounts a join account_balances b on b.account_id = a.id
        where a.type in ('technical_transit', 'issuing_transit') and b.posted <> 0
      union all select 'payout transit is not what open payouts say', b.issuer_id from (
          select a.issuer_id, sum(b.posted) as amount from book_accounts a join account_balances b on b.account_id = a.id
            where a.type = 'payout_transit' group by a.issuer_id
        ) b left join (select issuer_id, sum(recipient_amount) as amount from operations
          where kind in ('withdrawal', 'suspense_return') and state in ('paying_out', 'payout_unknown', 'awaiting_reference') group by issuer_id
        ) o on o.issuer_id = b.issuer_id where b.amount <> coalesce(o.amount, 0)
      union all select 'suspense is not what its open bank lines say', b.issuer_id from (
          select a.issuer_id, sum(b.posted) as amount from book_accounts a join account_balances b on b.account_id = a.id
            where a.type = 'suspense' group by a.issuer_id
        ) b left join (select l.issuer_id, sum(l.amount) as amount from bank_lines l left join operations o on o.id = l.operation_id
          where l.settled_at is null and (o.state is null or o.state not in ('paying_out', 'payout_unknown', 'awaiting_reference'))
          group by l.issuer_id
        ) l on l.issuer_id = b.issuer_id where b.amount <> coalesce(l.amount, 0)
      union all select 'more is corrected than was booked', o.id from operations o
        join (select reversal_of, sum(amount) as amount, sum(commission_back) as back from operations
          where state in ('limited', 'screening', 'review', 'awaiting_decision', 'processed') group by reversal_of) r on r.reversal_of = o.id
        where r.amount > o.recipient_amount or r.back > o.commission or (r.amount = o.recipient_amount and r.back <> o.commission)
      union all select 'the use of a limit is not the sum of what was taken', u.limit_id from limit_usage u
        left join (select organization_id, limit_id, period, sum(amount) as amount from limit_reservations where not given_back
          group by organization_id, limit_id, period) r using (organization_id, limit_id, period)
        where u.used <> coalesce(r.amount, 0)
      union all select 'issuing balance is not what circulates', a.issuer_id
        from book_accounts a join account_balances b on b.account_id = a.id group by a.issuer_id having sum(b.posted) <> 0
      union all select 'a running balance is wrong', p.account_id from (
          select account_id, balance_after, sum(amount) over (partition by account_id order by id) as total from postings where balance_after is not null
        ) p where p.balance_after <> p.total
      union all select 'the audit chain is broken', a.seq::text from audit_rows a left join audit_rows b on b.seq = a.seq - 1
        where a.hash <> audit_hash(a) or a.previous_hash <> coalesce(b.hash, '\\x')`)
    return found.rows
  })
  expect(faults).toEqual([])
}
