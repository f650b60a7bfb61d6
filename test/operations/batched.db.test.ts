import { createBatched } from '#db/operations/batched.ts'
import { inProject } from '#db/connection.ts'
import { keepAnswers, showOperations } from '#db/operations/shown-operations.ts'
import { findTokenOwners, hashToken } from '#db/identity/tokens.ts'
import { readWishFacts } from '#db/operations/wish-facts.ts'
import { connect } from '#test/support/connect.ts'
import { openTestBook, type TestBook } from '#test/support/book.ts'
import { signIn } from '#test/support/engine-people.ts'
import { opened } from '#test/support/opened.ts'
import { useDatabase } from '#test/support/use-database.ts'

describe('what many callers ask at one moment', () => {
  const database = useDatabase()
  const mine = opened(
    () => openTestBook(database),
    ({ close }) => close(),
  )
  const other = opened(
    () => openTestBook(database),
    ({ close }) => close(),
  )
  const pool = opened(
    async () => ({ db: connect(database.url, 4) }),
    ({ db }) => db.destroy(),
  )
  const batched = opened(async () => createBatched(pool.db))

  it('names each token’s own member and project, and nobody for a token that is none', async () => {
    const tokens = await Promise.all(
      [mine, other].map(async (book) => signIn(book, await book.addPerson('accountant'))),
    )
    const hashes = [...tokens.map(({ token }) => token), 'x'.repeat(43)].map(hashToken)
    const owners = await findTokenOwners(pool.db, hashes)
    expect(owners.map((owner) => owner && [owner.personId, owner.projectId])).toEqual([
      [tokens[0]?.id, mine.projectId],
      [tokens[1]?.id, other.projectId],
      undefined,
    ])
  })

  it('finds each wish’s own coins, and none of another project', async () => {
    const book = mine
    const [coin, counter, foreign] = [await book.addCoin(), await book.addCoin(), await other.addCoin()]
    const serials = [coin, counter, foreign].map((id) => id.slice(5).toUpperCase())
    const asked = [
      { coinSerial: serials[0] ?? '', counterSerial: serials[1] },
      { coinSerial: serials[2] ?? '', counterSerial: serials[0] },
      { coinSerial: serials[1] ?? '', counterSerial: undefined },
    ].map((wish) => ({ ...wish, flow: 'transfer' as const, at: new Date() }))
    const facts = await readWishFacts(pool.db, book.projectId, asked)
    expect(facts.map((fact) => [fact.coin?.id, fact.counterCoin?.id])).toEqual([
      [coin, counter],
      [undefined, coin],
      [counter, undefined],
    ])
    expect(facts.map(({ terms }) => terms?.rule.conditions.length)).toEqual([1, undefined, 1])
  })

  it('shows operations in the order they are asked for, and none of another project', async () => {
    const [one, two] = await Promise.all([ask(mine), ask(mine)])
    const foreign = await ask(other)
    const shown = await showOperations(pool.db, mine.projectId, [two, foreign, one])
    expect(shown.map((found) => found?.row.id)).toEqual([two, undefined, one])
  })

  it('keeps the first answer, whatever comes later and in which company', async () => {
    const { projectId } = mine
    const [one, two] = [await ask(mine), await ask(mine)]
    expect(await batched.keepAnswer(projectId, { id: one, answer: { first: true } })).toEqual({ first: true })
    expect(
      await keepAnswers(pool.db, projectId, [
        { id: one, answer: { first: false } },
        { id: two, answer: { first: true } },
      ]),
    ).toEqual([{ first: true }, { first: true }])
  })

  it('keeps an answer while its operation is being changed, and answers all who keep one at that moment alike', async () => {
    const { projectId } = mine
    const [one, two] = [await ask(mine), await ask(mine)]
    const kept = await inProject(pool.db, projectId, async (trx) => {
      await trx('operations').whereIn('id', [one, two]).forUpdate()
      const orders = [
        [one, two],
        [two, one],
        [one, two],
      ]
      return Promise.all(
        orders.map((ids, n) =>
          keepAnswers(
            pool.db,
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
