import { inProject } from '#db/connection.ts'
import { filterOperations, inAnyPlace } from '#db/operations/operation-filter.ts'
import { operationsQuery } from '#db/operations/operations.ts'
import { writeExportPage } from '#db/reports/exports.ts'
import type { Answer } from '#test/support/api.ts'
import { openTestBook } from '#test/support/book.ts'
import { refusalOf, statusesOf } from '#test/support/catalogue.ts'
import { addClient, hirePeople, type Person } from '#test/support/engine-people.ts'
import { useReports } from '#test/support/use-reports.ts'

const { reports, api, book, staff, other, post, audit } = useReports()

describe('the trial balance', () => {
  let moment: string

  beforeAll(async () => {
    await book.fund(await book.addCoin(), 12_345n)
    await new Promise((resolve) => setTimeout(resolve, 5))
    moment = new Date().toISOString()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await book.fund(await book.addCoin(), 1n)
  })

  it('has all accounts by type, on two sides that are equal', async () => {
    const { lines, ...sums } = await balance()
    expect(sums).toMatchObject({ debit: '123.46', credit: '123.46', difference: '0.00' })
    expect(lines.find(({ type }) => type === 'client')).toEqual({
      type: 'client',
      usage: 'circulation',
      accounts: 2,
      debit: '0.00',
      credit: '123.46',
    })
    expect(lines.find(({ type }) => type === 'issuing_balance')).toMatchObject({
      debit: '123.46',
      credit: '0.00',
    })
  })

  it('is of a moment where one is given: what was posted later, and who came later, is not in it', async () => {
    const then = await balance(`?at=${moment}`)
    expect(then).toMatchObject({ debit: '123.45', credit: '123.45', difference: '0.00' })
    expect(then.lines.find(({ type }) => type === 'client')).toMatchObject({ accounts: 1 })
    const answer = await get(staff.accountant, '/reporting/trial-balance?at=2001-01-01T00:00:00Z')
    expect(answer.at('records')).toEqual([])
  })

  it("is of one issuer where it is named, and never of another project's", async () => {
    expect((await balance(`?issuerId=${book.issuerId}`)).issuer.id).toBe(book.issuerId)
    const answer = await get(other.accountant, '/reporting/trial-balance')
    expect((answer.at('records') as Issuer[]).map(({ issuer }) => issuer.id)).toEqual([other.issuerId])
    const foreign = await get(other.accountant, `/reporting/trial-balance?issuerId=${book.issuerId}`)
    expect(refusalOf(foreign)).toEqual({ status: 404, code: 'not_found', parameters: ['issuerId'] })
  })

  it('is not for clients and others without the permission', async () => {
    const client = await addClient(book, 0n)
    for (const who of [client, await staff.hire('customer_support')])
      for (const path of ['/reporting/trial-balance', '/reporting/coins'])
        expect((await get(who, path)).status).toBe(403)
  })

  it.each([
    ['/reporting/trial-balance?at=now', 'at'],
    ['/reporting/trial-balance?issuer=x', 'issuer'],
    ['/reporting/coins?currency=', 'currency'],
  ])('%s is refused', async (path, parameter) => {
    expect(refusalOf(await get(staff.accountant, path))).toMatchObject({
      status: 400,
      parameters: [parameter],
    })
  })
})

describe('what clients have', () => {
  it('is summed by issuer, with what is held, of the currency that is asked for', async () => {
    const own = await openTestBook(book.database)
    const { accountant } = await hirePeople(own)
    await own.fund(await own.addCoin(), 500n)
    await own.addCoin()
    const answer = await get(accountant, '/reporting/coins?currency=EUR')
    expect(answer.at('records')).toMatchObject([
      { coins: 2, amount: '5.00', heldAmount: '0.00', availableAmount: '5.00', issuer: { id: own.issuerId } },
    ])
    expect((await get(accountant, '/reporting/coins?currency=XXX')).at('records')).toEqual([])
    await own.close()
  })
})

describe('a data export', () => {
  it('is started for who asked, and read by them and those who read reports', async () => {
    const client = await addClient(book, 500n)
    const neighbour = await addClient(book, 500n)
    const asked = await post(client, '/data-export/init', { filter: { types: ['bank_topup'] } })
    expect(asked.status).toBe(202)
    const jobKey = asked.text('jobKey')
    expect(asked.headers.get('location')).toBe(`/api/v1/data-export/info/${jobKey}`)
    expect(reports.started.at(-1)).toEqual({ kind: 'export', id: jobKey, projectId: book.projectId })
    expect(await audit(jobKey)).toEqual([{ action: 'data_export.create', actor_id: client.id }])
    expect(await info(client, jobKey)).toMatchObject({ status: 'PENDING', rows: 0, completedAt: null })
    expect(refusalOf(await file(client, jobKey))).toEqual({
      status: 409,
      code: 'export_not_complete',
      parameters: ['jobKey'],
    })
    await inProject(book.db, book.projectId, (trx) =>
      writeExportPage(trx, jobKey, { pageSize: 10, rowsMax: 10 }),
    )
    for (const who of [client, staff.accountant, staff.administrator])
      expect(await info(who, jobKey)).toMatchObject({ status: 'COMPLETE', rows: 1, isCapped: false })
    for (const who of [neighbour, other.accountant, await staff.hire('customer_support')]) {
      expect(await info(who, jobKey)).toMatchObject({ status: 'NOT_FOUND', rows: 0, createdAt: null })
      expect(refusalOf(await file(who, jobKey))).toMatchObject({ status: 404, parameters: ['jobKey'] })
    }
  })

  it('of all operations is not read by who asked once they may no longer see all', async () => {
    const support = await staff.hire('customer_support')
    const jobKey = (await post(support, '/data-export/init', {})).text('jobKey')
    expect(await info(support, jobKey)).toMatchObject({ status: 'PENDING' })
    await inProject(book.db, book.projectId, (trx) =>
      trx('members').where({ person_id: support.id }).update({ role: 'individual' }),
    )
    expect(await info(support, jobKey)).toMatchObject({ status: 'NOT_FOUND' })
  })

  it('is one of three at a time of one person, however fast they ask', async () => {
    const client = await addClient(book, 0n)
    const asked = await Promise.all(Array.from({ length: 6 }, () => post(client, '/data-export/init', {})))
    expect(statusesOf(asked)).toEqual([202, 202, 202, 409, 409, 409])
    expect(asked.find(({ status }) => status === 409)?.at('code')).toBe('too_many_exports')
  })

  it('is not there at all where it could not be started', async () => {
    const client = await addClient(book, 0n)
    reports.isTemporalAway = true
    const asked = await post(client, '/data-export/init', {}).finally(() => {
      reports.isTemporalAway = false
    })
    expect(asked.status).toBe(503)
    const left = await inProject(book.db, book.projectId, (trx) =>
      trx('exports').where({ asked_by: client.id }),
    )
    expect(left).toEqual([])
  })

  it.each([
    [{ filter: { statuses: ['nonsense'] } }, 'filter.statuses.0'],
    [{ filter: { password: 'x' } }, 'filter.password'],
    [{ pageSize: 5 }, 'pageSize'],
  ])('with %j is refused', async (body, parameter) => {
    expect(refusalOf(await post(staff.accountant, '/data-export/init', body))).toMatchObject({
      status: 400,
      parameters: [parameter],
    })
  })

  it('has what stands on two coins that are asked for once, and the list page by page', async () => {
    const [first, second] = [await addClient(book, 100n), await addClient(book, 200n)]
    for (let n = 0; n < 4; n += 1) {
      const [from, to] = n % 2 === 0 ? [first, second] : [second, first]
      const paymentTool = { type: 'COIN', srcValue: from.serial, destValue: to.serial }
      expect((await post(from, '/transfers', { paymentTool, amount: '0.05' })).status).toBe(201)
    }
    const coinSerials = [first.serial, second.serial]
    const view = async (who: Person, page: object) => {
      const body = { filter: { coinSerials }, ...page }
      const answer = await post(who, '/transactions/view', body)
      const ids = (answer.at('records') as { id: string }[]).map(({ id }) => id)
      return { ids, total: answer.at('totalRecords') }
    }
    for (const [who, total] of [
      [staff.accountant, 6],
      [first, 5],
    ] as const)
      for (const direction of ['asc', 'desc']) {
        const whole = await view(who, { pageSize: 100, sort: { createdAt: direction } })
        expect([whole.total, new Set(whole.ids).size]).toEqual([total, total])
        const pages: string[] = []
        for (let pageNumber = 0; pageNumber < 4; pageNumber += 1)
          pages.push(...(await view(who, { pageSize: 2, pageNumber, sort: { createdAt: direction } })).ids)
        expect(pages).toEqual(whole.ids)
      }
    // Also those to them, one by one; but not what is another's alone.
    const [all, own] = [await view(staff.accountant, {}), await view(first, {})]
    const statuses = await Promise.all(
      all.ids.map(async (id) => (await get(first, `/transactions/${id}`)).status),
    )
    expect(statuses).toEqual(all.ids.map((id) => (own.ids.includes(id) ? 200 : 404)))
  })

  it('lets through what the list of operations lets through', async () => {
    const [first, second] = [await addClient(book, 100n), await addClient(book, 200n)]
    await book.ask({ coin: first.coin, amount: 5n, kind: 'withdrawal', needsDecision: true })
    const [one] = ((await post(staff.accountant, '/transactions/view', {})).at('records') ?? []) as {
      id: string
      requestIdentifier: number
      createdAt: string
    }[]
    const filters = [
      {},
      { ids: [one?.id ?? ''] },
      { coinSerials: [first.serial, second.serial] },
      { orgIds: [second.organization] },
      { requestStatuses: ['pending'] },
      { statuses: ['processed', 'error'] },
      { phases: ['received'] },
      { types: ['bank_redeem', 'client_transaction_transfer'] },
      { createdAtFrom: one?.createdAt },
      { createdAtTo: one?.createdAt },
      { issuerIds: [book.issuerId], currencyCodes: ['EUR'] },
      { issuerIds: [] },
      { currencyCodes: ['USD'] },
      { requestIdentifiers: [one?.requestIdentifier ?? 0] },
      { needsAttention: true },
      { needsAttention: false },
    ]
    const counts = new Set<number>()
    for (const filter of filters) {
      const viewed = await post(staff.accountant, '/transactions/view', { filter, pageSize: 100 })
      const ids = (viewed.at('records') as { id: string }[]).map((record) => record.id)
      const exported: { id: string }[] = await inProject(book.db, book.projectId, async (trx) => {
        const query = operationsQuery(trx)
        inAnyPlace(query, await filterOperations(trx, query, filter as object))
        return query
      })
      expect({ filter, ids: exported.map((row) => row.id).toSorted() }).toEqual({
        filter,
        ids: ids.toSorted(),
      })
      counts.add(ids.length)
    }
    expect(counts.size).toBeGreaterThan(3)
  })
})

type Issuer = {
  issuer: { id: string }
  lines: { type: string }[]
  debit: string
  credit: string
  difference: string
}

function get(who: Person, path: string): Promise<Answer> {
  return api.call('GET', path, { token: who.token })
}

async function balance(query = ''): Promise<Issuer> {
  const answer = await get(staff.accountant, `/reporting/trial-balance${query}`)
  return (answer.at('records') as Issuer[])[0] as Issuer
}

async function info(who: Person, jobKey: string) {
  return (await get(who, `/data-export/info/${jobKey}`)).body
}

function file(who: Person, jobKey: string) {
  return get(who, `/data-export/${jobKey}/file`)
}
