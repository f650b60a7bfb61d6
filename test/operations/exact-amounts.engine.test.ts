import { randomUUID } from 'node:crypto'
import { parse } from 'csv-parse/sync'
import { PDFParse } from 'pdf-parse'
import { IBAN, type Answer, type Person, type TestClient } from '#test/support/engine.ts'
import { at, openIssue, openPurse } from '#test/support/exact-money.ts'
import { opened } from '#test/support/opened.ts'
import { until } from '#test/support/poll.ts'
import { postLine } from '#test/support/suspense.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, decide, directTopUp, requestedTopUp, transfer, withdrawal } from '#test/support/wishes.ts'
import { LONG, MOST, pointed } from './exact-oracle.ts'

/** One unit, and thirty digits, in currencies from no decimals to eighteen. */
const CASES: readonly (readonly [number, bigint])[] = [
  [0, 1n],
  [0, MOST],
  [2, 1n],
  [2, LONG],
  [3, MOST],
  [8, LONG],
  [18, 1n],
  [18, MOST],
]

const engine = useEngine()
const cfo = opened(() => engine.hire('cfo'))

describe.each(CASES)('of a currency with %s decimals, %s units', (fraction, minor) => {
  const issue = opened(() => openIssue(engine, fraction))
  const [text, nothing] = [say(minor), say(0n)]

  it('are topped up, written as a string and as a number', async () => {
    const owner = await purse(0)
    const wish = directTopUp(engine, owner, '@')
    for (const literal of [`"${text}"`, text]) {
      const raw = JSON.stringify(wish.body).replace('"@"', () => literal)
      const answer = await engine.request(wish.by, wish.path, { raw })
      expectDone(answer)
      expect(answer.body.process).toMatchObject({
        netAmount: text,
        commission: nothing,
        operationAmountDetails: {
          senderGrossAmount: text,
          senderNetAmount: text,
          senderFee: nothing,
          recipientGrossAmount: text,
          recipientNetAmount: text,
          recipientFee: nothing,
        },
      })
      expect(answer.body.process.transactions.map(({ amount }) => amount)).toEqual([text, text])
      const read = await engine.read(owner, answer.body.process.id)
      expect([read.amount, read.transactions.map(({ amount }) => amount)]).toEqual([text, [text, text]])
    }
    expect(await onPurse(owner)).toEqual([say(2n * minor), say(2n * minor), nothing])
  })

  it('are credited where they were asked for and accepted, and not where they were declined', async () => {
    const owner = await purse(0)
    const [accepted, declined] = [
      await ask(engine, requestedTopUp(engine, owner, text)),
      await ask(engine, requestedTopUp(engine, owner, text)),
    ]
    const filter = { identifiers: [accepted.body.process.requestIdentifier] }
    const queue = await engine.call(engine.accountant, '/business-requests/view', { filter })
    expect(at(queue, 'records.0.amount')).toBe(text)
    expect((await decide(engine, accepted, { verb: 'accept' })).body.process.amount).toBe(text)
    expect((await decide(engine, declined, { verb: 'decline' })).body.process.amount).toBe(text)
    expect(await onPurse(owner)).toEqual([text, text, nothing])
    const list = await engine.call(owner, '/bank-top-ups/view', {})
    expect((at(list, 'records') as { amount: string }[]).map(({ amount }) => amount)).toEqual([text, text])
  })

  it('are calculated for every operation', async () => {
    const [owner, other] = [await purse(0), await purse(0)]
    for (const path of ['/bank-top-ups/calculate', '/bank-withdrawals/calculate', '/transfers/calculate']) {
      const { body } = path.startsWith('/transfers')
        ? transfer(owner, other, text)
        : { body: { coinSerial: owner.serial, amount: text } }
      expect(await engine.call(owner, path, body)).toMatchObject({
        status: 200,
        body: {
          transactionAmount: text,
          senderAmountPush: text,
          recipientAmountPush: text,
          commissionAmountPush: nothing,
        },
      })
    }
  })

  it('are transferred, and not a unit more than there is', async () => {
    const [payer, payee] = [await purse(1), await purse(1)]
    const id = expectDone(await ask(engine, transfer(payer, payee, text)))
    expect([await onPurse(payer), await onPurse(payee)]).toEqual([
      [nothing, nothing, nothing],
      [say(2n * minor), say(2n * minor), nothing],
    ])
    const more = await ask(engine, transfer(payer, payee, say(1n)))
    expect([more.status, more.body.code]).toEqual([422, 'exceeds_available_balance'])
    const list = await engine.call(payer, '/transactions/view', { filter: { ids: [id] } })
    expect(list.body.records).toMatchObject([{ amount: text, transactions: [{ amount: text }] }])
    const trail = await engine.call(engine.administrator, '/audit-trails/view', {
      filter: { subjectIds: [id] },
    })
    expect(at(trail, 'records.0.after.amount')).toBe(String(minor))
  })

  it('are withdrawn: held, paid out by the bank, and back where the bank returns them', async () => {
    const owner = await purse(1)
    const asked = await ask(engine, withdrawal(engine, owner, text))
    const { id } = asked.body.process
    expect(await onPurse(owner)).toEqual([text, nothing, text])
    await decide(engine, asked, { verb: 'accept' })
    const done = await engine.reach(owner, id, 'processed')
    expect(done.transactions.map(({ amount }) => amount)).toEqual([text, text, text])
    expect(await engine.payoutsOf(id)).toMatchObject([{ amount: text, currency: issue.code }])
    expect(await onPurse(owner)).toEqual([nothing, nothing, nothing])
    await engine.giveBack(id)
    const children = await until('the return', async () => {
      const { children: found } = await engine.read(engine.accountant, id)
      return found.length > 0 ? found : undefined
    })
    const back = await engine.reach(engine.accountant, children[0] ?? '', 'processed')
    expect([back.amount, back.netAmount, back.returnOf]).toEqual([text, text, id])
    expect(await onPurse(owner)).toEqual([text, text, nothing])
    const list = await engine.call(owner, '/bank-withdrawals/view', {})
    expect(list.body.records).toMatchObject([{ amount: text, netAmount: text }])
  })

  it('are let go of where a withdrawal is declined', async () => {
    const owner = await purse(1)
    const asked = await ask(engine, withdrawal(engine, owner, text))
    expect((await decide(engine, asked, { verb: 'decline' })).body.process.phase).toBe('declined')
    expect(await onPurse(owner)).toEqual([text, text, nothing])
  })

  it('are corrected in parts, to the last unit', async () => {
    const owner = await purse(0)
    const id = expectDone(await ask(engine, directTopUp(engine, owner, text)))
    const parts = minor === 1n ? [undefined] : [say(1n), undefined]
    for (const amount of parts) {
      const asked = await engine.call(engine.accountant, `/transactions/${id}/reverse`, {
        reason: 'booked twice',
        ...(amount === undefined ? {} : { amount }),
      })
      expect(asked.body.process.amount).toBe(amount ?? (minor === 1n ? text : say(minor - 1n)))
      expect((await approve(asked)).body.process.phase).toBe('processed')
    }
    expect(await onPurse(owner)).toEqual([nothing, nothing, nothing])
  })

  it('stand on the statement, on the screen, in a table and on paper', async () => {
    const [owner, other] = [await purse(2), await purse(0)]
    expectDone(await ask(engine, transfer(owner, other, text)))
    const path = `/coins/${owner.serial}/statement`
    const { body } = await engine.call(owner, path)
    expect(body).toMatchObject({
      openingBalance: nothing,
      credits: say(2n * minor),
      debits: text,
      closingBalance: text,
      lines: [
        { amount: text, balance: text },
        { amount: text, balance: say(2n * minor) },
        { amount: say(-minor), balance: text },
      ],
    })
    const rows: { Amount: string; Balance: string }[] = parse(await download(owner, `${path}?format=csv`), {
      bom: true,
      columns: true,
    })
    expect(rows.map(({ Amount, Balance }) => [Amount, Balance])).toEqual([
      ['', nothing],
      [text, text],
      [text, say(2n * minor)],
      [say(-minor), text],
      ['', text],
    ])
    const parser = new PDFParse({ data: new Uint8Array(await download(owner, `${path}?format=pdf`)) })
    const paper = (await parser.getText()).text
    await parser.destroy()
    for (const shown of [
      `Credits: ${say(2n * minor)} `,
      `Debits: ${text} `,
      `Closing balance: ${text} `,
      say(-minor),
    ])
      expect(paper).toContain(shown)
  })

  it('are in every report, and both sides are equal', async () => {
    const fresh = await openIssue(engine, fraction)
    const owner = await openPurse(engine, fresh)
    expectDone(await ask(engine, directTopUp(engine, owner, text)))
    await ask(engine, withdrawal(engine, owner, text))
    const balance = await engine.call(
      engine.accountant,
      `/reporting/trial-balance?issuerId=${fresh.issuerId}`,
    )
    expect(at(balance, 'records.0')).toMatchObject({ debit: text, credit: text, difference: nothing })
    const lines = at(balance, 'records.0.lines') as { type: string; debit: string; credit: string }[]
    expect(lines.filter(({ debit, credit }) => debit !== nothing || credit !== nothing)).toMatchObject([
      { type: 'issuing_balance', debit: text },
      { type: 'client', credit: text },
    ])
    const coins = await engine.call(engine.accountant, `/reporting/coins?currency=${fresh.code}`)
    expect(at(coins, 'records')).toMatchObject([{ amount: text, availableAmount: nothing, heldAmount: text }])
    const accounts = at(await engine.call(engine.accountant, '/organizations/system/coins'), 'records') as {
      serial: string
      amount: string
    }[]
    const issuing = accounts.find(({ serial }) => serial === `${fresh.issuerId}:issuing_balance`)
    expect(issuing?.amount).toBe(say(-minor))
  })

  it('are in the export', async () => {
    const owner = await purse(1)
    const { text: started } = await engine.call(owner, '/data-export/init', {})
    const { jobKey } = JSON.parse(started) as { jobKey: string }
    await until(`${jobKey} to be complete`, async () => {
      const { body } = await engine.call(owner, `/data-export/info/${jobKey}`)
      return body.status === 'COMPLETE' ? true : undefined
    })
    const rows: Record<string, string>[] = parse(await download(owner, `/data-export/${jobKey}/file`), {
      bom: true,
      columns: true,
    })
    expect(rows).toMatchObject([
      { amount: text, senderAmount: text, recipientAmount: text, commission: nothing },
    ])
  })

  it('come in on a bank line: credited where it names a coin, else returned', async () => {
    const owner = await purse(0)
    const line = { reference: randomUUID(), amount: text, currency: issue.code }
    const matched = await postLine(engine, { ...line, text: owner.serial })
    expect(matched.state).toBe('matched')
    expect((await engine.reach(owner, matched.operationId, 'processed')).amount).toBe(text)
    expect(await onPurse(owner)).toEqual([text, text, nothing])
    const sender = { senderName: 'Ann', senderIban: IBAN }
    const other = await postLine(engine, { ...line, ...sender, reference: randomUUID() })
    const list = await engine.call(engine.accountant, '/bank-lines/view', { pageSize: 100 })
    const shown = (at(list, 'records') as { id: string; amount: string }[]).find(({ id }) => id === other.id)
    expect(shown?.amount).toBe(text)
    const asked = await engine.call(engine.accountant, `/bank-lines/${other.id}/return`, {
      reason: 'not ours',
    })
    await engine.call(
      engine.secondAccountant,
      `/business-requests/${asked.body.process.requestIdentifier}/approve`,
      {},
    )
    await engine.reach(engine.accountant, asked.body.process.id, 'processed')
    expect(await engine.payoutsOf(asked.body.process.id)).toMatchObject([{ amount: text }])
  })

  it('are moved as a whole where a coin is closed, twice the most there can be in one amount included', async () => {
    const [owner, other] = [await purse(2), await purse(0)]
    const closed = await engine.request(owner, `/close/coin/${owner.serial}`, {
      method: 'PUT',
      body: { transferToCoinSerial: other.serial },
    })
    expect([closed.status, closed.body.process.amount]).toEqual([200, say(2n * minor)])
    expect(await onPurse(other)).toEqual([say(2n * minor), say(2n * minor), nothing])
  })

  function say(amount: bigint) {
    return amount < 0n ? `-${pointed(-amount, fraction)}` : pointed(amount, fraction)
  }

  /** With so many times the amount on it. */
  async function purse(times: number): Promise<TestClient> {
    const owner = await openPurse(engine, issue)
    for (let n = 0; n < times; n += 1) expectDone(await ask(engine, directTopUp(engine, owner, text)))
    return owner
  }

  function expectDone(answer: Answer): string {
    expect([answer.status, answer.body.process]).toMatchObject([201, { phase: 'processed', amount: text }])
    return answer.body.process.id
  }
})

async function download(by: Person, path: string): Promise<Buffer> {
  const response = await fetch(`${engine.apiUrls[0]}/api/v1${path}`, {
    headers: { authorization: `TOKEN ${by.token}` },
  })
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

/** As the owner sees it: all of it, what can be used, what is held. */
async function onPurse(owner: TestClient): Promise<unknown[]> {
  const answer = await engine.call(owner, '/coins')
  const coins = at(answer, 'coins') as { serial: string; [field: string]: unknown }[]
  const coin = coins.find(({ serial }) => serial === owner.serial)
  return [coin?.['amount'], coin?.['availableAmount'], coin?.['heldAmount']]
}

function approve(about: Answer): Promise<Answer> {
  return engine.call(cfo, `/business-requests/${about.body.process.requestIdentifier}/approve`, {})
}
