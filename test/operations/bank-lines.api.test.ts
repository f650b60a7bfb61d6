import { inProject } from '#db/connection.ts'
import { systemAccount } from '#domain/operations/accounting.ts'
import { parametersOf, type Answer } from '#test/support/api.ts'
import { id } from '#test/support/book.ts'
import { addBanks, addClient } from '#test/support/engine-people.ts'
import { opened } from '#test/support/opened.ts'
import { countRows } from '#test/support/row-counts.ts'
import { LATER } from '#test/support/slow-temporal.ts'
import { freshSerial, line } from '#test/support/suspense.ts'
import { useBookApi, useOtherBook } from '#test/support/use-book-api.ts'
import type { ReceivedLine } from '#test/support/wire.ts'

const { api, book, staff } = useBookApi({ temporal: LATER })
const other = useOtherBook(book)
const banks = opened(() => addBanks(book))
const otherBanks = opened(() => addBanks(other))
let yen: string
beforeAll(async () => {
  yen = await addYen()
})

const IBAN = 'DE89370400440532013000'

describe('bank lines', () => {
  it.each([
    ['bankId', { bankId: 'bnk_unknown', lines: [line()] }],
    ['bankId', { lines: [line()] }],
    ['lines', { bankId: 'x' }],
    ['lines', { bankId: 'x', lines: [] }],
    ['lines', { bankId: 'x', lines: Array.from({ length: 501 }, () => line({ reference: 'r' })) }],
    ['lines.0.reference', { bankId: 'x', lines: [{ ...line(), reference: ' ' }] }],
    ['lines.0.sender', { bankId: 'x', lines: [{ ...line(), sender: 'Ann' }] }],
    ['lines.0.senderIban', { bankId: 'x', lines: [line({ senderIban: 'DE89370400440532013001' })] }],
    ['lines.0.text', { bankId: 'x', lines: [line({ text: 'a\u0007b' })] }],
    ['lines.0.amount', { bankId: 'x', lines: [line({ amount: '-1' })] }],
  ])('are refused by %s, and nothing is taken', async (parameter, body) => {
    const before = await rows()
    const refused = await call('/bank-lines', body)
    expect([refused.status, parametersOf(refused)]).toEqual([400, expect.arrayContaining([parameter])])
    expect(await rows()).toEqual(before)
  })

  it('are refused all together, each fault by its line, and none is taken', async () => {
    const before = await rows()
    const twin = line()
    const refused = await post([
      line(),
      line({ amount: '1.001' }),
      line({ amount: '0' }),
      line({ currency: 'XXX' }),
      { ...line(), issuerId: yen },
      line({ currency: 'JPY', amount: '5' }),
      twin,
      twin,
    ])
    expect([refused.status, parametersOf(refused).toSorted()]).toEqual([
      400,
      [
        'lines.1.amount',
        'lines.2.amount',
        'lines.3.currency',
        'lines.4.issuerId',
        'lines.5.currency',
        'lines.7.reference',
      ],
    ])
    expect(await rows()).toEqual(before)
  })

  it('are of those who may', async () => {
    const client = await addClient(book, 0n)
    const received = await posted()
    const before = await rows()
    const compliance = await staff.hire('compliance_specialist')
    for (const by of [client, staff.administrator, compliance])
      expect((await post([line()], { by })).status).toBe(403)
    for (const by of [client, staff.administrator]) {
      const paths = ['/bank-lines/view', `/bank-lines/${received.id}/assign`]
      for (const path of [
        ...paths,
        `/bank-lines/${received.id}/return`,
        `/bank-lines/${received.id}/release`,
      ])
        expect((await call(path, {}, by)).status).toBe(403)
    }
    expect(await rows()).toEqual(before)
  })

  it('are of one project: neither its banks nor its lines nor its coins are another’s', async () => {
    const received = await posted()
    const theirCoin = await addClient(other, 0n)
    const before = await rows()
    expect(parametersOf(await post([line()], { by: other.accountant }))).toEqual(['bankId'])
    expect(parametersOf(await post([line()], { bank: otherBanks.manual }))).toEqual(['bankId'])
    const reason = 'so'
    const assign = `/bank-lines/${received.id}/assign`
    expect((await call(assign, { coinSerial: theirCoin.serial, reason }, other.accountant)).status).toBe(404)
    expect(parametersOf(await call(assign, { coinSerial: theirCoin.serial, reason }))).toEqual(['coinSerial'])
    expect((await call(`/bank-lines/${received.id}/return`, { reason }, other.accountant)).status).toBe(404)
    expect((await call('/bank-lines/view', {}, other.accountant)).at('records')).toEqual([])
    expect(await rows()).toEqual(before)
  })

  it('are taken five hundred at once, and the money with them', async () => {
    const before = await suspense()
    const lines = Array.from({ length: 500 }, (_, i) => line({ reference: `many-${i}`, amount: '0.01' }))
    const answer = await post(lines)
    const received = answer.at('lines') as ReceivedLine[]
    expect(received.map(({ reference }) => reference)).toEqual(lines.map(({ reference }) => reference))
    expect(new Set(received.map(({ state, known }) => `${state} ${known}`))).toEqual(
      new Set(['suspense false']),
    )
    expect((await suspense()) - before).toBe(500n)
    expect(((await post(lines)).at('lines') as ReceivedLine[]).every(({ known }) => known)).toBe(true)
    expect((await suspense()) - before).toBe(500n)
  })

  it('are listed by bank, state and time, those first that have waited longest', async () => {
    const [first, second] = [
      await posted({ amount: '1' }),
      await posted({ senderName: 'Ann', text: 'a\r\nb' }),
    ]
    const view = async (filter: object) => {
      const answer = await call('/bank-lines/view', { filter, pageSize: 100, sort: { createdAt: 'desc' } })
      return (answer.at('records') as { id: string }[]).map((record) => record.id)
    }
    expect((await view({ states: ['suspense'] })).slice(0, 2)).toEqual([second.id, first.id])
    expect(await view({ states: ['claimed', 'settled'] })).toEqual([])
    expect(await view({ states: [] })).toEqual([])
    expect((await view({ bankIds: [banks.manual] }))[0]).toBe(second.id)
    expect(await view({ bankIds: [otherBanks.manual] })).toEqual([])
    expect(await view({ createdAtFrom: '2100-01-01T00:00:00Z' })).toEqual([])
    expect((await view({ createdAtTo: '2100-01-01T00:00:00Z' }))[0]).toBe(second.id)
    const oldest = await call('/bank-lines/view', { filter: { createdAtFrom: '2020-01-01T00:00:00Z' } })
    expect(oldest.at('records.0.id')).not.toBe(second.id)
    const listed = await call('/bank-lines/view', { pageSize: 100, sort: { createdAt: 'desc' } })
    expect(listed.at('records.0')).toMatchObject({ amount: '20.00', senderName: 'Ann', text: 'a\r\nb' })
  })

  it.each([
    ['coinSerial', 'assign', { reason: 'so' }],
    ['coinSerial', 'assign', { reason: 'so', coinSerial: 'EUR000000000000' }],
    ['reason', 'assign', { coinSerial: 'EUR000000000000' }],
    ['reason', 'return', {}],
    ['iban', 'return', { reason: 'so' }],
    ['fullName', 'return', { reason: 'so', iban: IBAN }],
    ['iban', 'return', { reason: 'so', fullName: 'Ann', iban: 'DE00' }],
    ['to', 'return', { reason: 'so', to: 'me' }],
  ])('are not moved where %s of %s breaks a rule', async (parameter, verb, body) => {
    const received = await posted()
    const before = await rows()
    const refused = await call(`/bank-lines/${received.id}/${verb}`, body)
    expect([refused.status, parametersOf(refused)]).toEqual([400, expect.arrayContaining([parameter])])
    expect(await rows()).toEqual(before)
  })

  it('are not assigned to a coin of another issuer', async () => {
    const received = await posted()
    const issuer = id('iss')
    const client = await addClient(book, 0n)
    await inProject(book.owner, book.projectId, async (trx) => {
      const { currency_id } = (await trx('issuers').where({ id: book.issuerId }).first()) as {
        currency_id: string
      }
      const own = { id: issuer, project_id: book.projectId, currency_id }
      await trx('issuers').insert({ ...own, sn_prefix: 'EU2', name: 'Second' })
      await trx('coins').where({ id: client.coin }).update({ issuer_id: issuer })
    })
    const body = { coinSerial: client.serial, reason: 'so' }
    expect(parametersOf(await call(`/bank-lines/${received.id}/assign`, body))).toEqual(['coinSerial'])
  })

  it('are acknowledged while Temporal is away, and what they start waits for the sweeper', async () => {
    const client = await addClient(book, 0n)
    const serial = freshSerial()
    await inProject(book.db, book.projectId, (trx) =>
      trx('coins').where({ id: client.coin }).update({ serial }),
    )
    const received = await posted({ text: serial })
    expect(received.state).toBe('matched')
    const started = await api.call('GET', `/transactions/${received.operationId}`, {
      token: staff.accountant.token,
    })
    expect(started.at('process.phase')).toBe('received')
  })

  it('stand in the audit trail with who posted them', async () => {
    const received = await posted()
    const listed = await call('/bank-lines/view', { pageSize: 1, sort: { createdAt: 'desc' } })
    expect(listed.at('records.0.id')).toBe(received.id)
    const filter = { subjectIds: [listed.text('records.0.broughtBy')] }
    const trail = await call('/audit-trails/view', { filter }, staff.administrator)
    expect(trail.at('records')).toMatchObject([
      {
        action: 'operation.register',
        actor: { id: staff.accountant.id },
        after: { kind: 'bank_line', state: 'processed', amount: '2000' },
      },
    ])
  })
})

function call(path: string, body: object, by = staff.accountant): Promise<Answer> {
  return api.call('POST', path, { token: by.token, body })
}

function post(
  lines: readonly unknown[],
  { by = staff.accountant, bank = banks.manual } = {},
): Promise<Answer> {
  return call('/bank-lines', { bankId: bank, lines }, by)
}

async function posted(more: Parameters<typeof line>[0] = {}): Promise<ReceivedLine> {
  const answer = await post([line(more)])
  answer.text('lines.0.id')
  return answer.at('lines.0') as ReceivedLine
}

async function rows(): Promise<object> {
  const lines = await inProject(book.owner, book.projectId, (trx) => trx('bank_lines').count('id as n'))
  return { ...(await countRows(book)), lines }
}

async function suspense(): Promise<bigint> {
  return (await book.balances()).get(systemAccount(book.issuerId, 'suspense'))?.posted ?? 0n
}

/** Another issuer of another currency. */
async function addYen(): Promise<string> {
  const [currency, issuer] = [id('cur'), id('iss')]
  const own = { project_id: book.projectId }
  await inProject(book.db, book.projectId, async (trx) => {
    const names = { digital_code: '392', symbol: '¥', name: 'Yen' }
    await trx('currencies').insert({ ...own, id: currency, code: 'JPY', ...names, fraction: 0 })
    await trx('issuers').insert({
      ...own,
      id: issuer,
      currency_id: currency,
      sn_prefix: 'JPY',
      name: 'Yen',
      active: false,
    })
  })
  return issuer
}
