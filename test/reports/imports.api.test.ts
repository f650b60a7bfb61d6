import { inProject } from '#db/connection.ts'
import type { Answer } from '#test/support/api.ts'
import { refusalOf } from '#test/support/catalogue.ts'
import { keepReports } from '#test/support/keep-reports.ts'
import { createStaff } from '#test/support/people.ts'
import { addProject } from '#test/support/project.ts'
import { useApi } from '#test/support/use-api.ts'

const reports = keepReports()
const api = useApi({ reports })

describe('the file of an import', () => {
  it('is kept row by row with its lines, and is looked at behind the call', async () => {
    const id = await begin()
    const file = `\uFEFFowner,externalId,type,ownerName\r\norg_1,"${fresh()}\r\nsecond ""line""",a,x\r\n\r\norg_2,'=1+1,b,\r\n`
    const answer = await send(id, file)
    expect(answer).toMatchObject({ status: 202, body: { id, state: 'waiting', rows: 2, validated: 0 } })
    expect(await recordsOf(id)).toEqual([
      {
        line: 2,
        cells: {
          owner: 'org_1',
          externalId: expect.stringContaining('second "line"'),
          type: 'a',
          ownerName: 'x',
        },
      },
      { line: 5, cells: { owner: 'org_2', externalId: '=1+1', type: 'b' } },
    ])
    expect(reports.started.at(-1)).toEqual({ kind: 'import', id, projectId: api.projectId })
    expect(refusalOf(await as()('GET', `/imports/${id}/errors?limit=x`))).toMatchObject({ status: 400 })
  })

  it('of JSON lines has bad rows where a line cannot be read, each in its place', async () => {
    const id = await begin({ format: 'jsonl', kind: 'assets' })
    const lines = [
      JSON.stringify({ account: 7, currency: 'EUR', externalId: fresh(), serial: null }),
      '{"account":"a","account":"b"}',
      '',
      '["account"]',
      '{"account":"a\\u0000"}',
      JSON.stringify({ account: 'a', balance: '5.00', colour: 'red', currency: { code: 'EUR' } }),
    ]
    expect(await send(id, lines.join('\n'), TYPES.jsonl)).toMatchObject({ status: 202, body: { rows: 5 } })
    expect(await recordsOf(id)).toMatchObject([
      { line: 1, cells: { account: '7', currency: 'EUR' } },
      { line: 2, faults: [{ field: 'row', message: expect.stringContaining('names a key twice') }] },
      { line: 4, faults: [{ field: 'row', message: 'must be a JSON object' }] },
      { line: 5, faults: [{ field: 'row', message: expect.stringContaining('NUL') }] },
      {
        line: 6,
        faults: [
          { field: 'balance', message: expect.stringContaining('POST /accounts/{id}/assets') },
          { field: 'colour', message: 'is not known here' },
          { field: 'currency', message: 'must be text' },
        ],
      },
    ])
  })

  it.each([
    ['an unknown column', 'type,owner,colour\na,b,c', 'colour', 'is not known here'],
    ['no column that is needed', 'type,externalId\na,b', 'file', 'line 1 has no column owner'],
    ['a column twice', 'type,owner,type\na,b,c', 'file', 'line 1 names the column type twice'],
    ['nothing at all', '', 'file', 'is empty: its first line names the columns'],
    ['a header alone', 'type,owner\r\n', 'file', 'has no rows'],
    [
      'a quote that is never closed',
      'type,owner\na,b\n"c,d\n',
      'file',
      expect.stringContaining('line 3 begins a row with a quote'),
    ],
    [
      'a quote inside of a cell',
      'type,owner\na,b"c"\n',
      'file',
      expect.stringContaining('line 2 begins a row with a quote'),
    ],
    [
      'a huge line',
      `type,owner\na,${'b'.repeat(70_000)}\n`,
      'file',
      expect.stringContaining('line 2 begins a row of more than 65536'),
    ],
  ])('with %s is refused, and nothing of it is left', async (...[, file, parameter, message]) => {
    const id = await begin()
    expect(await send(id, file)).toMatchObject({ status: 400, errors: [{ parameter, message }] })
    expect(await pagesOf(id)).toEqual([])
    expect((await as()('GET', `/imports/${id}`)).body).toMatchObject({ state: 'awaiting_file', rows: 0 })
    expect(await send(id, `type,owner\na,${fresh()}\n`)).toMatchObject({ status: 202 })
  })

  it('of assets with a balance is refused by name, with where to go instead', async () => {
    const answer = await send(await begin({ kind: 'assets' }), 'account,currency,balance\na,EUR,5\n')
    expect(answer).toMatchObject({
      status: 400,
      errors: [{ parameter: 'balance', message: expect.stringContaining('POST /accounts/{id}/assets') }],
    })
  })

  it('that is not UTF-8 is refused, also where that is at its very end', async () => {
    for (const tail of [[0xff, 0x0a], [0xc3]]) {
      const head = new TextEncoder().encode('type,owner\na,')
      const answer = await send(await begin(), new Uint8Array([...head, ...tail]))
      expect(answer.errors).toEqual([{ parameter: 'file', message: 'holds bytes that are not UTF-8' }])
    }
  })

  it('has bad rows where one has a NUL or another number of cells', async () => {
    const id = await begin()
    expect(await send(id, `type,owner\na\0,b\nc\nd,${fresh()}\n`)).toMatchObject({ status: 202 })
    expect(await recordsOf(id)).toMatchObject([
      { line: 2, faults: [{ field: 'type', message: 'must not hold control characters' }] },
      { line: 3, faults: [{ field: 'row', message: 'must have as many cells as the header: 2' }] },
      { line: 4, cells: { type: 'd' } },
    ])
  })

  it.each([
    ['application/json', 415],
    ['application/x-ndjson', 415],
    ['text/csv; charset=latin1', 415],
    ['Text/CSV; charset=utf-8', 202],
  ])('as %s is answered by %i', async (type, status) => {
    expect((await send(await begin(), `type,owner\na,${fresh()}\n`, type)).status).toBe(status)
  })

  it('is sent once', async () => {
    const id = await begin()
    expect((await send(id, `type,owner\na,${fresh()}\n`)).status).toBe(202)
    expect(await send(id, `type,owner\na,${fresh()}\n`)).toMatchObject({
      status: 409,
      code: 'file_not_awaited',
    })
  })

  it('that ends before its end counts for nothing', async () => {
    const id = await begin()
    const rows = Array.from({ length: 2_500 }, (_, n) => `a,${fresh()}-${n}\n`).join('')
    const stopped = new AbortController()
    const body = new ReadableStream<Uint8Array>({
      start(stream) {
        stream.enqueue(new TextEncoder().encode(`type,owner\n${rows}`))
      },
    })
    const sending = fetch(`${api.url}/api/v1/imports/${id}/file`, {
      method: 'PUT',
      headers: { authorization: `TOKEN ${api.admin.token}`, 'content-type': TYPES.csv },
      body,
      duplex: 'half',
      signal: stopped.signal,
    })
    while ((await pagesOf(id)).length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
    stopped.abort()
    await expect(sending).rejects.toThrow('abort')
    while ((await pagesOf(id)).length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await as()('GET', `/imports/${id}`)).body).toMatchObject({ state: 'awaiting_file', rows: 0 })
  })

  it('is here though Temporal is away: it is started later', async () => {
    const id = await begin()
    reports.isTemporalAway = true
    const answer = await send(id, `type,owner\na,${fresh()}\n`).finally(() => {
      reports.isTemporalAway = false
    })
    expect(answer).toMatchObject({ status: 202, body: { state: 'waiting' } })
  })

  it('of the same content and kind is that of the earlier import, however fast they come, and in whichever mode', async () => {
    const file = `type,owner\na,${fresh()}\n`
    const ids = await Promise.all([begin(), begin(), begin()])
    const answers = await Promise.all(ids.map((id) => send(id, file)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 202])
    expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(1)
    const other = await begin({ mode: 'all_or_nothing' })
    const sentAgain = await send(other, file)
    expect([sentAgain.status, sentAgain.body['id']]).toEqual([200, answers[0]?.body['id']])
  })
})

describe('an import', () => {
  it('is cancelled before it is applied, and then its file counts no more', async () => {
    const id = await begin()
    const file = `type,owner\na,${fresh()}\n`
    await send(id, file)
    expect((await as()('POST', `/imports/${id}/cancel`)).body).toMatchObject({ state: 'cancelled' })
    expect(refusalOf(await as()('POST', `/imports/${id}/cancel`))).toMatchObject({
      status: 409,
      code: 'import_not_cancelled',
    })
    expect((await send(await begin(), file)).status).toBe(202)
    const applying = await begin()
    await inProject(api.db, api.projectId, (trx) =>
      trx('imports').where({ id: applying }).update({ state: 'applying' }),
    )
    expect((await as()('POST', `/imports/${applying}/cancel`)).status).toBe(409)
    await inProject(api.db, api.projectId, (trx) =>
      trx('imports').where({ id: applying }).update({ state: 'refused' }),
    )
  })

  it('stands in the list, newest first, which is narrowed by kind and state', async () => {
    const [accounts, assets] = [await begin(), await begin({ kind: 'assets' })]
    await as()('POST', `/imports/${accounts}/cancel`)
    const list = async (query: string) =>
      ((await as()('GET', `/imports?${query}`)).at('data') as { id: string }[]).map(({ id }) => id)
    expect((await list('limit=2')).toSorted()).toEqual([accounts, assets].toSorted())
    expect(await list('limit=1&kind=assets')).toEqual([assets])
    expect(await list('limit=1&state=cancelled')).toEqual([accounts])
    expect(await list('kind=assets&state=complete')).toEqual([])
    expect(refusalOf(await as()('GET', '/imports?state=lost')).parameters).toEqual(['state'])
  })

  it('is not there for another project, and not for those who do not manage accounts', async () => {
    const id = await begin()
    const stranger = await (await addProject(api.db, 'elsewhere')).signIn(api.call)
    const support = await createStaff(api.call, 'customer_support')
    const calls: [string, string][] = [
      ['GET', `/imports/${id}`],
      ['GET', `/imports/${id}/errors`],
      ['POST', `/imports/${id}/cancel`],
    ]
    const answers = async (token: string): Promise<number[]> =>
      (await Promise.all(calls.map(([method, path]) => as(token)(method, path)))).map(
        ({ status }: Answer) => status,
      )
    expect(await answers(stranger)).toEqual([404, 404, 404])
    expect(await answers(support.token)).toEqual([403, 403, 403])
  })

  it.each([
    [{ kind: 'wallets' }, 'kind'],
    [{ mode: 'some' }, 'mode'],
    [{ format: 'xlsx' }, 'format'],
    [{ file: 'x' }, 'file'],
  ])('with %j is refused', async (more, parameter) => {
    const body = { kind: 'accounts', format: 'csv', mode: 'good_rows_only', ...more }
    expect(refusalOf(await as()('POST', '/imports', body))).toMatchObject({
      status: 400,
      parameters: [parameter],
    })
  })
})

function as(token = api.admin.token) {
  return (method: string, path: string, body?: unknown) => api.call(method, path, { token, body })
}

async function begin(more: object = {}): Promise<string> {
  const body = { kind: 'accounts', format: 'csv', mode: 'good_rows_only', ...more }
  return (await as()('POST', '/imports', body)).text('id')
}

const TYPES = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const

async function send(id: string, file: string | Uint8Array<ArrayBuffer>, type: string = TYPES.csv) {
  const response = await fetch(`${api.url}/api/v1/imports/${id}/file`, {
    method: 'PUT',
    headers: { authorization: `TOKEN ${api.admin.token}`, 'content-type': type },
    body: file,
  })
  const body = (await response.json()) as Record<string, unknown> & {
    errors?: { parameter: string; message: string }[]
  }
  return { status: response.status, code: body['code'], errors: body.errors, body }
}

async function pagesOf(id: string): Promise<{ records: { line: number }[] }[]> {
  return inProject(api.db, api.projectId, (trx) =>
    trx('import_pages').where({ import_id: id }).orderBy('page').select('records'),
  )
}

async function recordsOf(id: string): Promise<unknown[]> {
  return (await pagesOf(id)).flatMap(({ records }) => records)
}

let files = 0
function fresh() {
  return `crm-${(files += 1)}`
}
