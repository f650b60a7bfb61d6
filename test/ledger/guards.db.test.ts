import { inProject } from '#db/connection.ts'
import { registerStep } from '#domain/operations/step.ts'
import { openTestBook } from '#test/support/book.ts'
import { opened } from '#test/support/opened.ts'
import { useBook } from '#test/support/use-book.ts'

describe('the database is the last guard', () => {
  const book = useBook()
  const other = opened(
    () => openTestBook(book.database),
    ({ close }) => close(),
  )
  beforeAll(async () => book.fund(await book.addCoin(), 100n))

  const asOwner = (statement: string) =>
    inProject(book.owner, book.projectId, async (trx) => trx.raw(statement))
  const asRuntime = (statement: string) =>
    inProject(book.db, book.projectId, async (trx) => trx.raw(statement))

  it.each(['postings', 'steps', 'audit_rows'])(
    '%s can only be added to, even by the owner',
    async (table) => {
      await expect(asOwner(`update ${table} set project_id = project_id`)).rejects.toThrow('append-only')
      await expect(asOwner(`delete from ${table}`)).rejects.toThrow('append-only')
      await expect(asOwner(`truncate ${table} cascade`)).rejects.toThrow('append-only')
    },
  )

  it.each(['postings', 'balances', 'holds', 'steps', 'decisions', 'audit_rows', 'book_accounts'])(
    'the runtime role cannot write %s',
    async (table) => {
      await expect(asRuntime(`delete from ${table}`)).rejects.toThrow('permission denied')
      await expect(asRuntime(`insert into ${table} default values`)).rejects.toThrow('permission denied')
    },
  )

  it('the runtime role cannot move an operation to another state', async () => {
    await expect(asRuntime("update operations set state = 'processed'")).rejects.toThrow('permission denied')
  })

  it('postings that do not sum to zero are refused', async () => {
    await expect(
      asOwner(`insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount)
        select project_id, operation_id, 'made-up', 1, 'transfer', account_id, issuer_id, 5 from postings limit 1`),
    ).rejects.toThrow('leave 5')
  })

  it('a balance cannot fall under its floor', async () => {
    await expect(asOwner('update balances set posted = -1 where floor = 0')).rejects.toThrow('above_floor')
  })

  it('the asker cannot be the decider, whatever the code says', async () => {
    const coin = await book.addCoin()
    const { id } = await book.ask({ coin, amount: 1n, needsDecision: true })
    const ticket = await book.issueTicket(id, book.asker, 'accept')
    await expect(
      asOwner(`insert into decisions (operation_id, person_id, verb, project_id, asked_by, role, ticket_id)
        values ('${id}', '${book.asker}', 'accept', '${book.projectId}', '${book.asker}', 'accountant', '${ticket}')`),
    ).rejects.toThrow('four_eyes')
  })

  it('another project sees nothing, and without a project nothing can be read', async () => {
    const seen = await inProject(other.db, other.projectId, async (trx) => [
      await trx('operations').select('id'),
      await trx('postings').select('id'),
      await trx('coins').where({ project_id: book.projectId }).select('id'),
    ])
    expect(seen).toEqual([[], [], []])
    await expect(book.db('postings').select()).rejects.toThrow('no project is set')
  })

  it('a step for another project finds no such operation', async () => {
    const coin = await book.addCoin()
    const facts = await book.ask({ coin, amount: 1n })
    const answer = await book.ledger.apply(other.projectId, registerStep(facts), 'workflow')
    expect(answer.outcome).toBe('unknown')
  })

  it('a changed audit row no longer fits its hash', async () => {
    const broken: unknown[] = await inProject(book.owner, book.projectId, async (trx) => {
      const found = await trx.raw<{ rows: unknown[] }>(
        'select seq from audit_rows a where a.hash <> audit_hash(jsonb_populate_record(a, \'{"action": "nothing"}\'))',
      )
      return found.rows
    })
    expect(broken.length).toBeGreaterThan(0)
  })
})
