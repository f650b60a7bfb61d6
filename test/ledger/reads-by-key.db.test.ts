import { randomBytes } from 'node:crypto'
import type { Knex } from 'knex'
import { inProject } from '#db/connection.ts'
import { findOperationFacts } from '#db/operations/operation-facts.ts'
import { showOperations } from '#db/operations/shown-operations.ts'
import { addToken, findTokenOwners, hashToken } from '#db/identity/tokens.ts'
import { readWishFacts } from '#db/operations/wish-facts.ts'
import { registerStep, type Step } from '#domain/operations/step.ts'
import { applySteps, encodeStep } from '#ledger/apply-steps.ts'
import { id } from '#test/support/book.ts'
import { decided, transferStep } from '#test/support/steps.ts'
import { useBook } from '#test/support/use-book.ts'
import { times } from '#test/support/some-at-a-time.ts'

const book = useBook()
let coin: string
let other: string
let person: string
let token: Buffer

beforeAll(async () => {
  await addClients()
  // After all others: whatever is read in the order of age finds these last.
  ;[coin, other, person] = [await book.addCoin(), await book.addCoin(), await book.addPerson('accountant')]
  token = hashToken(randomBytes(32).toString('hex'))
  await signIn()
  await fundOften()
  // As autovacuum does, a minute after tables have grown.
  await book.owner.raw('analyze')
})

describe('a payment reads a few rows by their keys, however many clients there are', () => {
  it('what it is judged by', async () => {
    const at = new Date()
    const serials: string[] = await inProject(book.db, book.projectId, (trx) =>
      trx('coins').whereIn('id', [coin, other]).orderBy('id').pluck('serial'),
    )
    const [coinSerial = '', counterSerial = ''] = serials
    const read = await muchReadBy(async (trx) => {
      const [facts] = await readWishFacts(trx, book.projectId, [
        { flow: 'transfer', coinSerial, counterSerial, at },
      ])
      expect(facts).toMatchObject({ coin: { id: coin }, counterCoin: { id: other } })
    })
    expect(read).toEqual({})
  })

  it('who asks for it', async () => {
    const read = await muchReadBy(async (trx) => {
      expect(await findTokenOwners(trx, [token])).toMatchObject([{ personId: person }])
    })
    expect(read).toEqual({})
  })

  it('its registration, its facts and how it is shown', async () => {
    const facts = await book.ask({ coin, amount: 5n, needsDecision: true })
    const read = await muchReadBy(async (trx) => {
      expect(await findOperationFacts(trx, facts.id)).toMatchObject({ id: facts.id })
      await apply(trx, registerStep(facts))
      expect(await showOperations(trx, book.projectId, [facts.id])).toMatchObject([{ row: { id: facts.id } }])
    })
    expect(read).toEqual({})
  })

  it('a decision, whoever may decide', async () => {
    const facts = await book.ask({ coin, amount: 5n, needsDecision: true })
    await inProject(book.db, book.projectId, (trx) => apply(trx, registerStep(facts)))
    const ticket = await book.issueTicket(facts.id, await book.addPerson('accountant'), 'accept')
    const read = await muchReadBy((trx) => apply(trx, decided(facts, 'accept', ticket)))
    expect(read).toEqual({})
  })

  it('a transfer that is booked at once', async () => {
    const organization = await book.organizationOf(coin)
    const asked = { coin, counterCoin: other, amount: 1n, organization, askedBy: book.asker }
    const key = id('op')
    const step = transferStep(book, id('op'), { ...asked, key, bodyHash: '0'.repeat(64) })
    expect(await muchReadBy((trx) => apply(trx, step))).toEqual({})
  })
})

/** What a payment reads of a table, at most, however many rows of its project are in it. */
const FEW = 20

/** Of clients: so many that Postgres would rather not read them all. */
const MANY = 2_000

const OPERATIONS = 300

async function fundOften(): Promise<void> {
  await times(OPERATIONS, (n) => book.fund(coin, BigInt(n + 1)))
}

/** Many, each with a member and a coin. */
async function addClients() {
  const { projectId: project, issuerId: issuer } = book
  await inProject(book.owner, project, async (trx) => {
    const named = { project, issuer, many: MANY }
    const each = (statement: string) => trx.raw(`${statement} from generate_series(1, :many) n`, named)
    await each(
      `insert into organizations (id, project_id, type, name) select 'org_' || n, :project, 'individual', 'Client'`,
    )
    await each(`insert into people (id, login) select 'usr_' || n, 'client' || n || '@example.org'`)
    await each(`insert into members (id, project_id, person_id, organization_id, role)
      select 'mem_' || n, :project, 'usr_' || n, 'org_' || n, 'individual'`)
    await each(`insert into accounts (id, project_id, organization_id, own, active)
      select md5(n::text)::uuid, :project, 'org_' || n, true, true`)
    await each(`select open_book_account(:project, jsonb_build_object('id', 'coin_' || n, 'issuer', :issuer::text, 'type', 'client',
      'usage', 'circulation', 'technical', false, 'strict', true, 'floor', 0))`)
    await each(`insert into coins (id, project_id, organization_id, account_id, issuer_id, serial, name)
      select 'coin_' || n, :project, 'org_' || n, md5(n::text)::uuid, :issuer, 'COIN' || n, 'Coin'`)
  })
}

async function signIn() {
  const { db, projectId } = book
  const [memberId = '']: string[] = await inProject(db, projectId, async (trx) =>
    trx('members').where({ person_id: person }).pluck('id'),
  )
  const expiresAt = new Date(Date.now() + 3_600_000)
  await addToken(db, { hash: token, personId: person, projectId, memberId, expiresAt })
}

/** Tables of which more than a few rows were read, with how many. */
async function muchReadBy(work: (trx: Knex) => Promise<unknown>): Promise<Record<string, number>> {
  return inProject(book.db, book.projectId, async (trx) => {
    const before = await rowsRead(trx)
    await work(trx)
    const after = await rowsRead(trx)
    const read = [...after].map(([table, rows]) => [table, rows - (before.get(table) ?? 0)] as const)
    return Object.fromEntries(read.filter(([, rows]) => rows > FEW))
  })
}

/** Of each table, by this session, in this transaction and a few before it. */
async function rowsRead(trx: Knex): Promise<Map<string, number>> {
  const { rows } = await trx.raw<{ rows: { relname: string; read: string }[] }>(
    'select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_xact_user_tables',
  )
  return new Map(rows.map(({ relname, read }) => [relname, Number(read)]))
}

async function apply(trx: Knex, step: Step) {
  const [answer] = await applySteps(trx, book.projectId, { steps: [encodeStep(step)], source: 'api' })
  expect(answer).toMatchObject({ outcome: 'applied' })
}
