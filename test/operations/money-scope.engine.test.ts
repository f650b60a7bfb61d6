import fc from 'fast-check'
import { inProject } from '#db/connection.ts'
import { addClient } from '#test/support/engine-people.ts'
import type { Answer } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { countRows } from '#test/support/row-counts.ts'
import { useOtherBook } from '#test/support/use-book-api.ts'
import { useEngine } from '#test/support/use-engine.ts'
import {
  ask,
  decide,
  requestedTopUp,
  transfer,
  waitingWithdrawal,
  withdrawal,
  type Wish,
} from '#test/support/wishes.ts'

const engine = useEngine()
const other = useOtherBook(engine)
const theirClient = opened(() => addClient(other, 10_000n))
const waiting = opened(() => waitingWithdrawal(engine))
let before: Record<string, number>
beforeEach(async () => {
  before = await countRows(engine.book)
})

describe('what a caller may see and reach', () => {
  it('is nothing of another project: neither its operations nor its coins, numbers, tickets or banks', async () => {
    const { number, id, client } = waiting
    for (const who of [other.accountant, theirClient])
      await expectProblem(await engine.call(who, `/transactions/${id}`), [404], 'id')
    const decisions = [
      `/bank-withdrawals/${number}/accept`,
      `/bank-withdrawals/${number}/decline`,
      `/business-requests/${number}/approve`,
    ]
    for (const path of decisions)
      await expectProblem(await engine.call(other.accountant, path, {}), [404], 'requestIdentifier')
    const ticket = { decision: 'accept' }
    await expectProblem(
      await engine.call(other.accountant, `/business-requests/${number}/ticket`, ticket),
      [404],
      'requestIdentifier',
    )
    for (const path of VIEWS) {
      const { body } = await engine.call(other.accountant, path, { pageSize: 100 })
      expect(JSON.stringify(body)).not.toContain(id)
    }
    const foreign = withdrawal(engine, { ...theirClient, serial: client.serial }, '1.00')
    await expectProblem(await ask(engine, foreign), [400], 'coinSerial')
    await expectProblem(await ask(engine, withdrawal(engine, theirClient, '1.00')), [400], 'bankId')
    await expectProblem(
      await ask(engine, transfer(client, theirClient, '1.00')),
      [400],
      'paymentTool.destValue',
    )
  })

  it('is nothing of another client: neither their operations nor their coins', async () => {
    const stranger = await engine.addClient()
    before = await countRows(engine.book)
    await expectProblem(await engine.call(stranger, `/transactions/${waiting.id}`), [404], 'id')
    for (const path of VIEWS.slice(0, 3)) {
      const { body } = await engine.call(stranger, path, { pageSize: 100 })
      expect(body.records).toEqual([])
    }
    await expectProblem(await engine.call(stranger, '/business-requests/view', {}), [403])
    for (const filter of [{ ids: [waiting.id] }, { orgIds: [waiting.client.organization] }])
      expect((await engine.call(stranger, '/transactions/view', { filter })).body.records).toEqual([])
    const theirs = withdrawal(engine, { ...stranger, serial: waiting.client.serial }, '1.00')
    await expectProblem(await ask(engine, theirs), [400], 'coinSerial')
    await expectProblem(await decide(engine, waiting.asked, { verb: 'accept', by: stranger }), [403])
  })

  it.each([
    ['no token', ''],
    ['a token that is none', 'x'.repeat(43)],
    ['a token with junk', "' or 1=1 --"],
  ])('is nothing with %s', async (_, token) => {
    const nobody = { id: 'usr_none', token }
    await expectProblem(await engine.call(nobody, `/transactions/${waiting.id}`), [401], 'Authorization')
    await expectProblem(
      await ask(engine, { ...requestedTopUp(engine, waiting.client, '1.00'), by: nobody }),
      [401],
    )
  })

  it.each([
    ['pageNumber', [-1, 1_000_000_000, '0', 0.5, null, [0], 1e300, 9_007_199_254_740_992]],
    ['pageSize', [0, -1, 101, 1_000_000_000, '20', 0.5, null, {}]],
  ])('is not paged by a tampered %s', async (field, values) => {
    for (const path of VIEWS)
      for (const value of values) {
        const answer = await engine.call(engine.accountant, path, { [field]: value })
        await expectProblem(answer, [400], field)
      }
    const raw = `{"${field}": 1e1}`
    await expectProblem(await engine.request(engine.accountant, VIEWS[0], { raw }), [400], field)
  })

  it('is not filtered or sorted by what nobody knows', async () => {
    const bad: [object, string][] = [
      [{ filter: { statuses: ['nonsense'] } }, 'filter.statuses.0'],
      [{ filter: { password: 'x' } }, 'filter.password'],
      [{ sort: { amount: 'asc' } }, 'sort.amount'],
      [{ sort: { createdAt: 'up' } }, 'sort.createdAt'],
      [{ sort: { createdAt: 'asc', type: 'asc' } }, 'sort'],
      [{ filter: { ids: 'x' } }, 'filter.ids'],
      [{ filter: { ids: Array(101).fill('x') } }, 'filter.ids'],
      [{ filter: { createdAtFrom: 'yesterday' } }, 'filter.createdAtFrom'],
      [{ filter: { createdAtFrom: '2024-02-30T00:00:00Z' } }, 'filter.createdAtFrom'],
      [{ filter: { requestIdentifiers: [0.5] } }, 'filter.requestIdentifiers.0'],
      [{ offset: 5 }, 'offset'],
    ]
    for (const [body, parameter] of bad)
      await expectProblem(await engine.call(engine.accountant, VIEWS[0], body), [400], parameter)
    for (const createdAtFrom of [
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59+23:59',
      '2024-01-01T00:00:00-23:59',
    ])
      expect(
        (await engine.call(engine.accountant, VIEWS[0], { filter: { createdAtFrom } })).status,
      ).toBeLessThan(500)
    for (const requestIdentifiers of [[999_999_999_999_999], [1]])
      expect(
        (await engine.call(engine.accountant, VIEWS[0], { filter: { requestIdentifiers } })).status,
      ).toBe(200)
  })

  it.each([
    ['%zz', 400, 'path'],
    ['%ff', 400, 'path'],
    ['%00', 400, 'requestIdentifier'],
    ['-1', 400, 'requestIdentifier'],
    ['0', 400, 'requestIdentifier'],
    ['007', 400, 'requestIdentifier'],
    ['1e3', 400, 'requestIdentifier'],
    ['1.0', 400, 'requestIdentifier'],
    ['9'.repeat(16), 400, 'requestIdentifier'],
    ['9'.repeat(60), 400, 'requestIdentifier'],
    ['999999999999999', 404, 'requestIdentifier'],
    ['1', 404, 'requestIdentifier'],
    ['%20', 400, 'requestIdentifier'],
    ["1'%20or%20'1'='1", 400, 'requestIdentifier'],
    ['١', 400, 'requestIdentifier'],
  ])('is no request of the number %s', async (number, status, parameter) => {
    for (const [family, verb] of [
      ['bank-top-ups', 'accept'],
      ['bank-withdrawals', 'decline'],
      ['business-requests', 'approve'],
    ] as const)
      await expectProblem(
        await engine.call(engine.accountant, `/${family}/${number}/${verb}`, {}),
        [status],
        parameter,
      )
  })

  it.each(['%zz', '%00', '%20', 'x'.repeat(65), 'op_none', '..%2f..%2fetc', "op_' or 1=1", '%F0%9F%92%A9'])(
    'is no operation of the id %s',
    async (id) => {
      await expectProblem(await engine.call(engine.accountant, `/transactions/${id}`), [400, 404])
    },
  )

  it('is not reached by another method or a path beside it', async () => {
    const paths = [
      '/bank-top-ups/with-bank/',
      '/transfers//',
      '/bank-withdrawals/accept',
      '/TRANSFERS/x',
      '/..',
      '/%2e%2e/x',
    ]
    for (const path of paths)
      await expectProblem(await engine.call(engine.accountant, path, {}), [400, 403, 404, 405])
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      await expectProblem(
        await engine.request(engine.accountant, '/transfers', { method, body: {} }),
        [404, 405],
      )
  })

  it('is decided with no more than is asked for', async () => {
    const path = `/bank-withdrawals/${waiting.number}/accept`
    for (const body of [{ force: true }, [1], 'accept', 5])
      await expectProblem(await engine.call(engine.accountant, path, body as object), [400])
    for (const [decision, more] of [
      ['approve', {}],
      ['confirm_payout', {}],
      ['accept', { bankReference: 'x' }],
      ['refuse_payout', { reason: '' }],
    ] as const)
      await expectProblem(
        await engine.call(engine.accountant, `/business-requests/${waiting.number}/ticket`, {
          decision,
          ...more,
        }),
        [400],
      )
  })

  it('never makes the API stumble, whatever stands in one field of a body', async () => {
    const move = transfer(waiting.client, await engine.addClient(), '1.00')
    const wishes: Wish[] = [
      requestedTopUp(engine, waiting.client, '1.00'),
      withdrawal(engine, waiting.client, '1.00'),
      move,
      ...VIEWS.map((path) => ({ by: engine.accountant, path, body: { pageSize: 1, filter: {}, sort: {} } })),
    ]
    const junk = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double(), fc.bigInt().map(String))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), junk, async (which, field, value) => {
        const wish = wishes[which % wishes.length] ?? move
        const names = Object.keys(wish.body)
        const name = names[field % names.length] ?? ''
        const { status } = await ask(engine, { ...wish, body: { ...wish.body, [name]: value } })
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the rows of one project from another’s session in the database itself', async () => {
    const seen = await inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('coins').where({ id: theirClient.coin }).first(),
    )
    expect(seen).toBeUndefined()
  })
})

const VIEWS = [
  '/transactions/view',
  '/bank-top-ups/view',
  '/bank-withdrawals/view',
  '/business-requests/view',
] as const

async function expectProblem(answer: Answer, statuses: readonly number[], parameter?: string): Promise<void> {
  expect(statuses).toContain(answer.status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  if (parameter !== undefined) expect(answer.body.errors.map((error) => error.parameter)).toContain(parameter)
  expect(await countRows(engine.book)).toEqual(before)
}
