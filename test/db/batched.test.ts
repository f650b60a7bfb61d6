import { createBatched, type Batched } from '#db/batched.ts'
import { inProject, type Database } from '#db/connection.ts'
import { keepAnswers, showOperations } from '#db/shown-operations.ts'
import { findTokenOwners, hashToken } from '#db/tokens.ts'
import { readWishFacts } from '#db/wish-facts.ts'
import { connect } from '#test/support/connect.ts'
import { openTestBook, type TestBook } from '#test/support/book.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { signIn } from '#test/support/engine-people.ts'

describe('what many callers ask at one moment', () => {
  let database: TestDatabase
  let [mine, other]: TestBook[] = []
  let db: Database
  let batched: Batched
  beforeAll(async () => {
    database = await createDatabase()
    mine = await openTestBook(database)
    other = await openTestBook(database)
    db = connect(database.url, 4)
    batched = createBatched(db)
  })
  afterAll(async () => {
    await db.destroy()
    await mine?.close()
    await other?.close()
    await database.drop()
  })
  const books = () => {
    if (!mine || !other) throw new Error('not open')
    return { mine, other }
  }

  it('names each token’s own member and project, and nobody for a token that is none', async () => {
    const tokens = await Promise.all(
      [books().mine, books().other].map(async (book) => signIn(book, await book.addPerson('accountant'))),
    )
    const hashes = [...tokens.map(({ token }) => token), 'x'.repeat(43)].map(hashToken)
    const owners = await findTokenOwners(db, hashes)
    expect(owners.map((owner) => owner && [owner.personId, owner.projectId])).toEqual([
      [tokens[0]?.id, books().mine.projectId],
      [tokens[1]?.id, books().other.projectId],
      undefined,
    ])
  })

  it('finds each wish’s own coins, and none of another project', async () => {
    const book = books().mine
    const [coin, counter, foreign] = [
      await book.addCoin(),
      await book.addCoin(),
      await books().other.addCoin(),
    ]
    const serials = [coin, counter, foreign].map((id) => id.slice(5).toUpperCase())
    const asked = [
      { coinSerial: serials[0] ?? '', counterSerial: serials[1] },
      { coinSerial: serials[2] ?? '', counterSerial: serials[0] },
      { coinSerial: serials[1] ?? '', counterSerial: undefined },
    ].map((wish) => ({ ...wish, flow: 'transfer' as const, at: new Date() }))
    const facts = await readWishFacts(db, book.projectId, asked)
    expect(facts.map((fact) => [fact.coin?.id, fact.counterCoin?.id])).toEqual([
      [coin, counter],
      [undefined, coin],
      [counter, undefined],
    ])
    expect(facts.map(({ terms }) => terms?.rule.conditions.length)).toEqual([1, undefined, 1])
  })

  it('shows operations in the order they are asked for, and none of another project', async () => {
    const [one, two] = await Promise.all([ask(books().mine), ask(books().mine)])
    const foreign = await ask(books().other)
    const shown = await showOperations(db, books().mine.projectId, [two, foreign, one])
    expect(shown.map((found) => found?.row.id)).toEqual([two, undefined, one])
  })

  it('keeps the first answer, whatever comes later and in which company', async () => {
    const { projectId } = books().mine
    const [one, two] = [await ask(books().mine), await ask(books().mine)]
    expect(await batched.keepAnswer(projectId, { id: one, answer: { first: true } })).toEqual({ first: true })
    expect(
      await keepAnswers(db, projectId, [
        { id: one, answer: { first: false } },
        { id: two, answer: { first: true } },
      ]),
    ).toEqual([{ first: true }, { first: true }])
  })

  it('keeps an answer while its operation is being changed, and answers all who keep one at that moment alike', async () => {
    const { projectId } = books().mine
    const [one, two] = [await ask(books().mine), await ask(books().mine)]
    const kept = await inProject(db, projectId, async (trx) => {
      await trx('operations').whereIn('id', [one, two]).forUpdate()
      const orders = [
        [one, two],
        [two, one],
        [one, two],
      ]
      return Promise.all(
        orders.map((ids, n) =>
          keepAnswers(
            db,
            projectId,
            ids.map((id) => ({ id, answer: { n } })),
          ),
        ),
      )
    })
    expect(new Set(kept.flat().map((answer) => JSON.stringify(answer))).size).toBe(1)
  })
})

async function ask(book: TestBook): Promise<string> {
  const { id } = await book.ask({ coin: await book.addCoin(), amount: 100n })
  return id
}
