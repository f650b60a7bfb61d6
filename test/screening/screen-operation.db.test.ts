import { screenOperation } from '#activities/screening/screen-operation.ts'
import { inProject } from '#db/connection.ts'
import { recordIntent } from '#db/operations/intents.ts'
import { screeningLoaders } from '#db/screening/screening-data.ts'
import type { ScreeningAnswer, ScreeningProvider, ScreeningSubject } from '#domain/screening/screening.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { createScreening } from '#integrations/screening/registry.ts'
import { activityDeps } from '#test/support/activity-deps.ts'
import { id, openTestBook } from '#test/support/book.ts'
import { useBook } from '#test/support/use-book.ts'

const book = useBook()

test('the provider is told whom and how much, and its answer is kept with its reasons', async () => {
  const operation = await withdraw()
  const fake = fakeProvider([{ verdict: 'review', reasons: ['rule "Large"'] }])
  expect(await activityWith(fake.provider)({ operation, n: 2 })).toEqual({ verdict: 'review' })
  expect(fake.asked).toEqual([
    {
      projectId: book.projectId,
      check: `${operation}/2`,
      kind: 'withdrawal',
      issuerId: book.issuerId,
      amount: 300n,
      currency: 'EUR',
      fraction: 2,
      organizationId: expect.stringMatching(/^org_/) as unknown,
      askedAt: expect.any(Date) as unknown,
      parties: [
        { part: 'client', name: 'A client' },
        { part: 'counterparty', name: 'Zebulon Quartermain', country: 'DE' },
      ],
    },
  ])
  expect(await checksOf(operation)).toEqual([
    { n: 2, provider: 'fake', verdict: 'review', reasons: ['rule "Large"'] },
  ])
})

test('asked again it gives the first answer, and does not ask the provider', async () => {
  const operation = await withdraw()
  const fake = fakeProvider([{ verdict: 'hit', reasons: ['rule "x"'] }, { verdict: 'clear' }])
  const screen = activityWith(fake.provider)
  await screen({ operation, n: 1 })
  expect(await screen({ operation, n: 1 })).toEqual({ verdict: 'hit' })
  expect(fake.asked).toHaveLength(1)
  expect(await screen({ operation, n: 2 })).toEqual({ verdict: 'clear' })
  expect(await checksOf(operation)).toMatchObject([{ verdict: 'hit' }, { verdict: 'clear' }])
})

test('of two at once the first answer stands for both', async () => {
  const operation = await withdraw()
  const fake = fakeProvider([{ verdict: 'hit', reasons: ['rule "x"'] }, { verdict: 'clear' }])
  const screen = activityWith(fake.provider)
  const [one, other] = await Promise.all([screen({ operation, n: 1 }), screen({ operation, n: 1 })])
  expect(one).toEqual(other)
  expect(await checksOf(operation)).toMatchObject([one])
})

test('an outage is thrown without a word of the provider, and the check stays open', async () => {
  const operation = await withdraw()
  const fake = fakeProvider([new Error('no answer about Zebulon Quartermain'), { verdict: 'clear' }])
  const screen = activityWith(fake.provider)
  const failure: unknown = await screen({ operation, n: 1 }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ type: 'NoUsableAnswer', nonRetryable: false })
  expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('Zebulon')
  expect(await checksOf(operation)).toEqual([{ n: 1, provider: 'fake', verdict: null, reasons: [] }])
  expect(await screen({ operation, n: 1 })).toEqual({ verdict: 'clear' })
})

test('a provider that this worker has not is an outage, never clear', async () => {
  const operation = await withdraw({ provider: 'watchman' })
  await expect(activityWith()({ operation, n: 1 })).rejects.toMatchObject({
    type: 'NoProvider',
    nonRetryable: false,
  })
})

test('an operation that nobody asked for, or that nothing has checked, is a fault', async () => {
  for (const operation of ['op_nobody', await withdraw({ rules: NOTHING_PINNED })])
    await expect(activityWith()({ operation, n: 1 })).rejects.toMatchObject({ nonRetryable: true })
})

test('an answer is never changed, not even by the database role of the worker', async () => {
  const operation = await withdraw()
  await activityWith(fakeProvider([{ verdict: 'hit', reasons: ['x'] }]).provider)({ operation, n: 1 })
  const change = (sql: string) => inProject(book.db, book.projectId, (trx) => trx.raw(sql, [operation]))
  await expect(change("update screenings set verdict = 'clear' where operation_id = ?")).rejects.toThrow(
    'answered',
  )
  await expect(change('delete from screenings where operation_id = ?')).rejects.toThrow('answered')
})

const addRule = (row: object) =>
  inProject(book.db, book.projectId, (trx) =>
    trx('screening_rules').insert({
      id: id('scr'),
      project_id: book.projectId,
      name: id('name'),
      kinds: ['withdrawal'],
      verdict: 'review',
      ...row,
    }),
  )
const verdictOf = async (asked: Asked) =>
  (await activityWith()({ operation: await withdraw({ ...asked, provider: 'rules' }), n: 1 })).verdict

describe('with the embedded provider', () => {
  test('the third withdrawal of a client within the window is a review, of another client it is not', async () => {
    await addRule({ type: 'velocity_count', from_count: 3, window_hours: 24 })
    const coin = await book.addCoin()
    expect([await verdictOf({ coin }), await verdictOf({ coin }), await verdictOf({ coin })]).toEqual([
      'clear',
      'clear',
      'review',
    ])
    expect(await verdictOf({})).toBe('clear')
  })

  test('what was asked for before the window, and what was turned away, does not count', async () => {
    await addRule({ type: 'velocity_sum', issuer_id: book.issuerId, from_amount: '10000', window_hours: 2 })
    const coin = await book.addCoin()
    const [early, refused] = [
      await withdraw({ coin, amount: 9_000n }),
      await withdraw({ coin, amount: 9_000n }),
    ]
    await inProject(book.owner, book.projectId, async (trx) => {
      await trx.raw("update operations set created_at = now() - interval '3 hours' where id = ?", [early])
      await trx.raw("update operations set state = 'refused' where id = ?", [refused])
    })
    expect(await verdictOf({ coin, amount: 1_000n })).toBe('clear')
    expect(await verdictOf({ coin, amount: 9_000n })).toBe('review')
  })

  test('the country is that of the IBAN', async () => {
    await addRule({ type: 'country', countries: ['DE'], verdict: 'hit' })
    expect(await verdictOf({})).toBe('hit')
  })

  test('another project with other rules finds nothing', async () => {
    const other = await openTestBook(book.database)
    const loaders = screeningLoaders(other.db)
    expect(await loaders.loadRules(other.projectId, undefined)).toEqual({
      version: '0',
      lists: [],
      rules: [],
    })
    await other.close()
  })
})

const SCREENED = { ...NOTHING_PINNED, screening: { policy: 'scp_1', provider: 'fake', maxAgeMs: 60_000 } }

type Asked = {
  readonly coin?: string
  readonly rules?: typeof SCREENED | typeof NOTHING_PINNED
  readonly provider?: string
  readonly amount?: bigint
}

/** A withdrawal to somebody in Germany, as a money POST leaves it. */
async function withdraw({
  coin,
  rules = SCREENED,
  provider = 'fake',
  amount = 300n,
}: Asked = {}): Promise<string> {
  const operation = id('op')
  const from = coin ?? (await book.addCoin())
  await recordIntent(book.db, book.projectId, {
    id: operation,
    kind: 'withdrawal',
    needsDecision: true,
    coin: from,
    issuer: book.issuerId,
    organization: await book.organizationOf(from),
    amount,
    senderAmount: amount,
    recipientAmount: amount,
    rules: rules.screening ? { ...rules, screening: { ...rules.screening, provider } } : rules,
    askedBy: book.asker,
    party: { fullName: 'Zebulon Quartermain', iban: 'DE89370400440532013000' },
  })
  return operation
}

/** A provider that answers what it is told, and remembers what it was asked. */
function fakeProvider(answers: (Partial<ScreeningAnswer> | Error)[]) {
  const asked: ScreeningSubject[] = []
  const provider: ScreeningProvider = {
    label: 'fake',
    check(subject) {
      asked.push(subject)
      const next = answers.shift() ?? new Error('asked too often')
      if (next instanceof Error) return Promise.reject(next)
      return Promise.resolve({ check: subject.check, verdict: 'clear', reasons: [], ...next })
    },
  }
  return { asked, provider }
}

function activityWith(provider?: ScreeningProvider) {
  const screening = provider
    ? new Map([[provider.label, provider]])
    : createScreening({}, screeningLoaders(book.db))
  return screenOperation(activityDeps(book.db, { screening }))
}

function checksOf(operation: string) {
  return inProject(book.db, book.projectId, async (trx): Promise<unknown[]> =>
    trx('screenings')
      .where({ operation_id: operation })
      .orderBy('n')
      .select('n', 'provider', 'verdict', 'reasons'),
  )
}
