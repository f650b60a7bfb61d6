import { parse } from 'csv-parse/sync'
import { PDFParse } from 'pdf-parse'
import { inProject } from '#db/connection.ts'
import { bookAtOnceStep, type OperationFacts } from '#domain/operations/step.ts'
import { NOTHING_PINNED } from '#domain/operations/pinned-rules.ts'
import { createLedger } from '#ledger/ledger.ts'
import type { Answer } from '#test/support/api.ts'
import { id, openTestBook } from '#test/support/book.ts'
import { refusalOf } from '#test/support/catalogue.ts'
import { addClient, hirePeople, type Person } from '#test/support/engine-people.ts'
import { opened } from '#test/support/opened.ts'
import { useBookApi } from '#test/support/use-book-api.ts'

const { api, book, staff } = useBookApi()

const FAR = '2999-01-01T00:00:00Z'

describe('the statement of a coin', () => {
  const ann = opened(() => addClient(book, 10_000n))
  const bob = opened(() => addClient(book, 0n))
  beforeAll(async () => {
    await rename(ann, 'Анна Ковальчук')
    await rename(bob, '王小明')
    await transfer(ann, bob, { amount: 1_000n, commission: 25n, description: NASTY })
    await transfer(bob, ann, { amount: 250n, description: '-1' })
  })

  it('has every posting in order with the balance after it, from the opening to the closing balance', async () => {
    const answer = await statement(ann, ann.serial)
    expect(answer.body).toMatchObject({
      serial: ann.serial,
      currency: 'EUR',
      openingBalance: '0.00',
      credits: '102.50',
      debits: '10.25',
      closingBalance: '92.25',
      lines: [
        {
          amount: '100.00',
          balance: '100.00',
          type: 'bank_topup',
          counterparty: { name: 'issuing transit', serial: null },
        },
        {
          amount: '-10.25',
          balance: '89.75',
          type: 'client_transaction_transfer',
          counterparty: { name: '王小明', serial: bob.serial },
          description: NASTY,
          requestIdentifier: expect.any(Number),
        },
        { amount: '2.50', balance: '92.25', counterparty: { name: '王小明' }, description: '-1' },
      ],
    })
    expect((await book.balances()).get(ann.coin)?.posted).toBe(9_225n)
    const theirs = await statement(bob, bob.serial)
    expect(theirs.at('lines')).toMatchObject([
      { amount: '10.00', balance: '10.00', counterparty: { serial: ann.serial } },
      { amount: '-2.50', balance: '7.50' },
    ])
  })

  it('joins without a gap and without an overlap where two periods meet, wherever that is', async () => {
    const all = (await statement(ann, ann.serial)).at('lines') as Line[]
    for (const { at } of all) {
      for (const moment of [at, new Date(Date.parse(at) + 1).toISOString()]) {
        const early = await statement(ann, ann.serial, { from: '2000-01-01T00:00:00Z', to: moment })
        const late = await statement(ann, ann.serial, { from: moment, to: FAR })
        expect([...(early.at('lines') as Line[]), ...(late.at('lines') as Line[])]).toEqual(all)
        expect(late.at('openingBalance')).toBe(early.at('closingBalance'))
        expect(late.at('closingBalance')).toBe('92.25')
      }
    }
  })

  it('is empty, with both balances, in a time without postings', async () => {
    const before = await statement(ann, ann.serial, {
      from: '2000-01-01T00:00:00Z',
      to: '2001-01-01T00:00:00Z',
    })
    expect(before.body).toMatchObject({ openingBalance: '0.00', closingBalance: '0.00', lines: [] })
    const [later] = [new Date(Date.now() - 1).toISOString()]
    const after = await statement(ann, ann.serial, { from: later ?? '', to: FAR })
    expect(after.body).toMatchObject({ openingBalance: '92.25', closingBalance: '92.25', lines: [] })
  })

  it('ends now at the latest, and begins 31 days before its end', async () => {
    const answer = await statement(ann, ann.serial, { to: FAR })
    const [from, to] = [Date.parse(answer.text('from')), Date.parse(answer.text('to'))]
    expect(to).toBeLessThanOrEqual(Date.now())
    expect(to - from).toBe(31 * 24 * 3_600_000)
  })

  it('is a CSV that reads back exactly, and in which nothing typed is a formula', async () => {
    const answer = await file(ann, ann.serial, { format: 'csv' })
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="statement-[A-Z0-9-]+\.csv"$/,
    )
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]))
    const rows: Record<string, string>[] = parse(bytes, {
      bom: true,
      columns: true,
      record_delimiter: '\r\n',
    })
    expect(rows.map((row) => [row['Type'], row['Amount'], row['Balance']])).toEqual([
      ['opening_balance', '', '0.00'],
      ['bank_topup', '100.00', '100.00'],
      ['client_transaction_transfer', '-10.25', '89.75'],
      ['client_transaction_transfer', '2.50', '92.25'],
      ['closing_balance', '', '92.25'],
    ])
    expect(rows.map((row) => row['Description'])).toEqual(['', '', `'${NASTY}`, "'-1", ''])
    expect(rows[2]?.['Counterparty']).toBe('王小明')
    const typed = rows.flatMap((row) => [
      row['Counterparty'],
      row['Counterparty account'],
      row['Description'],
    ])
    expect(typed.filter((cell) => /^\s*[=+\-@]/.test(cell ?? ''))).toEqual([])
  })

  it('is a PDF with Cyrillic as it is and Chinese in Latin letters, each amount whole', async () => {
    const answer = await file(ann, ann.serial, { format: 'pdf' })
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    const parser = new PDFParse({ data: new Uint8Array(await answer.arrayBuffer()) })
    const { text } = await parser.getText()
    await parser.destroy()
    for (const part of [
      ann.serial,
      'Анна Ковальчук',
      'WangXiaoMing',
      '-10.25',
      '92.25 EUR',
      '100.00',
      'page 1 of 1',
    ])
      expect(text).toContain(part)
    expect(text).toMatch(/Opening balance: 0\.00 EUR[^]+bank_topup[^]+89\.75[^]+Closing balance: 92\.25 EUR/)
  })

  it('goes on over as many pages as it needs, and shows an amount of thirty digits whole', async () => {
    const [rich, other] = [await addClient(book, 10n ** 30n - 1n), await addClient(book, 0n)]
    for (let n = 0; n < 60; n += 1) await transfer(rich, other, { amount: 1n, description: `payment ${n}` })
    const answer = await file(rich, rich.serial, { format: 'pdf' })
    const parser = new PDFParse({ data: new Uint8Array(await answer.arrayBuffer()) })
    const { text, total } = await parser.getText()
    await parser.destroy()
    expect(total).toBeGreaterThan(1)
    expect(text).toContain(`page ${total} of ${total}`)
    expect(text).toContain(`${'9'.repeat(28)}.99`)
    for (const n of [0, 30, 59]) expect(text).toContain(`payment ${n} -0.01`)
  })

  it("shows clients their own coins only, and staff all; another project's are not there", async () => {
    expect((await statement(staff.accountant, ann.serial)).status).toBe(200)
    const missing = { status: 404, code: 'not_found', parameters: ['serial'] }
    expect(refusalOf(await statement(bob, ann.serial))).toEqual(missing)
    expect(refusalOf(await statement(staff.accountant, 'NOSUCHCOIN'))).toEqual(missing)
    const other = await openTestBook(book.database)
    const stranger = (await hirePeople(other)).accountant
    expect(refusalOf(await statement(stranger, ann.serial))).toEqual(missing)
    await other.close()
  })

  it('is not for roles without the permission, nor for nobody', async () => {
    const people = await hirePeople(book)
    expect((await statement(await people.hire('cashier'), ann.serial)).status).toBe(403)
    expect((await statement({ id: '', token: 'none' }, ann.serial)).status).toBe(401)
  })

  it.each([
    [{ format: 'xlsx' }, 'format'],
    [{ from: 'yesterday' }, 'from'],
    [{ to: '2030-02-30T00:00:00Z' }, 'to'],
    [{ from: '2020-01-02T00:00:00Z', to: '2020-01-01T00:00:00Z' }, 'from'],
    [{ from: '2020-01-01T00:00:00Z', to: '2020-01-01T00:00:00Z' }, 'from'],
    [{ from: FAR }, 'from'],
    [{ limit: '5' }, 'limit'],
  ])('with %j is refused', async (query, parameter) => {
    expect(refusalOf(await statement(ann, ann.serial, query as Record<string, string>))).toEqual({
      status: 400,
      code: 'validation_failed',
      parameters: [parameter],
    })
  })

  it('is refused by name where it would have more lines than one answer holds', async () => {
    const busy = await addClient(book, 5_000n)
    await new Promise((resolve) => setTimeout(resolve, 5))
    // A leg is two postings; these are written behind the ledger's back, and taken back by the last one.
    await inProject(book.owner, book.projectId, async (trx) => {
      const { operation_id } = await trx('postings').where({ account_id: busy.coin }).first()
      await trx.raw(
        `insert into postings (project_id, operation_id, step, leg, type, account_id, issuer_id, amount, balance_after, created_at)
          select ?, ?, 'many', n, 'transfer', a.account, ?, a.amount * (case when n % 2 = 0 then 1 else -1 end),
              case when a.account = ? then 5000 + case when n % 2 = 0 then 1 else 0 end end, date_trunc('milliseconds', now())
            from generate_series(2, 2001) n, (values (?, 1), (?, -1)) a (account, amount) order by n`,
        [
          book.projectId,
          operation_id,
          book.issuerId,
          busy.coin,
          busy.coin,
          `${book.issuerId}:issuing_transit`,
        ],
      )
    })
    expect(refusalOf(await statement(busy, busy.serial, { format: 'pdf' }))).toEqual({
      status: 422,
      code: 'statement_too_long',
      parameters: ['from'],
    })
    const whole = await statement(busy, busy.serial)
    expect(whole.at('lines')).toHaveLength(2_001)
    expect(whole.at('closingBalance')).toBe('50.00')
    // A moment begins the period that it is the start of, and is not in the one that it ends.
    const moment = (whole.at('lines') as Line[])[1]?.at ?? ''
    expect((await statement(busy, busy.serial, { to: moment })).at('lines')).toHaveLength(1)
    expect((await statement(busy, busy.serial, { from: moment })).at('lines')).toHaveLength(2_000)
  })
})

type Client = Awaited<ReturnType<typeof addClient>>

type Line = {
  amount: string
  balance: string
  at: string
  counterparty: { name: string }
  description: string
}

const NASTY = '=HYPERLINK("http://x.test","click"),"a";b'

/** Booked at once; what the sender pays on top is the commission. */
async function transfer(
  from: Client,
  to: Client,
  {
    amount,
    commission = 0n,
    description = 'lunch',
  }: { amount: bigint; commission?: bigint; description?: string },
): Promise<string> {
  const same = {
    amount,
    senderAmount: amount + commission,
    recipientAmount: amount,
    rules: NOTHING_PINNED,
  }
  const facts: OperationFacts = {
    ...same,
    id: id('op'),
    projectId: book.projectId,
    kind: 'transfer',
    needsDecision: false,
    coinId: from.coin,
    counterCoinId: to.coin,
    organizationId: from.organization,
    issuerId: book.issuerId,
    commissionBack: 0n,
    revenue: 'regular_system_commission',
    platform: null,
    bankAccountId: null,
    bankLineId: null,
  }
  const create = {
    ...same,
    coin: from.coin,
    counterCoin: to.coin,
    issuer: book.issuerId,
    organization: from.organization,
    askedBy: from.id,
    description,
    bodyHash: '00',
  }
  const { outcome } = await createLedger(book.db).apply(book.projectId, bookAtOnceStep(facts, create), 'api')
  expect(outcome).toBe('applied')
  return facts.id
}

function statement(who: Person, serial: string, query: Record<string, string> = {}): Promise<Answer> {
  return api.call('GET', `/coins/${serial}/statement?${new URLSearchParams(query).toString()}`, {
    token: who.token,
  })
}

async function file(who: Person, serial: string, query: Record<string, string>): Promise<Response> {
  const url = `${api.url}/api/v1/coins/${serial}/statement?${new URLSearchParams(query).toString()}`
  return fetch(url, { headers: { Authorization: `TOKEN ${who.token}` } })
}

function rename(client: Client, name: string): Promise<unknown> {
  return inProject(book.db, book.projectId, (trx) =>
    trx('organizations').where({ id: client.organization }).update({ name }),
  )
}
