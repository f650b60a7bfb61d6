import { randomUUID } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { systemAccount, type SystemAccountType } from '#domain/operations/accounting.ts'
import type { Answer, Person, TestClient } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { addNamedClient, chargeClient, line, postedOn, postLine, suspenseOf } from '#test/support/suspense.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, directTopUp, transfer, waitingWithdrawal } from '#test/support/wishes.ts'

describe('a correction', () => {
  const engine = useEngine()
  const cfo = opened(() => engine.hire('cfo'))

  it('of a top-up is held until a second person approves, and then the money is out of circulation', async () => {
    const { client, id } = await toppedUp()
    const circulating = await system('issuing_balance')
    const asked = await reverse(id)
    expect(asked).toMatchObject({
      status: 201,
      body: {
        process: {
          type: 'client_transaction_reversal',
          phase: 'awaiting_decision',
          amount: '100.00',
          reversalOf: id,
          description: 'booked twice',
        },
      },
    })
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 10_000n })
    expect((await approve(asked, engine.accountant)).body.code).toBe('decider_is_the_asker')
    expect((await approve(asked)).body.process.phase).toBe('processed')
    expect(await balanceOf(client.coin)).toEqual({ posted: 0n, held: 0n })
    expect((await system('issuing_balance')) - circulating).toBe(10_000n)
    expect(await readIt(id)).toMatchObject({ phase: 'processed', children: [idOf(asked)] })
  })

  it('that is declined leaves all as it was, and can be asked for again', async () => {
    const { client, id } = await toppedUp()
    const asked = await reverse(id)
    expect((await queue('decline', asked, engine.secondAccountant)).body.process.phase).toBe('declined')
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 0n })
    expect((await reverse(id)).status).toBe(201)
  })

  it.each([
    ['IN', 20_000n, 9_667n],
    ['OUT', 20_000n, 10_000n],
    ['SHARED', 20_000n, 9_833n],
  ] as const)(
    'of a transfer %s gives the sender all back, the commission too',
    async (direction, funds, got) => {
      const { payer, payee, id } = await transferred(direction)
      const revenue = await system('regular_system_commission')
      expect(await postedOn(engine, payee.coin)).toBe(got)
      await approve(await reverse(id))
      expect(await postedOn(engine, payee.coin)).toBe(0n)
      expect(await postedOn(engine, payer.coin)).toBe(funds)
      expect(revenue - (await system('regular_system_commission'))).toBe(333n)
    },
  )

  it('in parts gives back the commission in parts, and with the last of it all of it', async () => {
    const { payer, payee, id } = await transferred()
    const revenue = await system('regular_system_commission')
    const parts = ['0.10', '33.33', '33.33']
    for (const part of parts) expect((await approve(await reverse(id, part))).status).toBe(200)
    expect(revenue - (await system('regular_system_commission'))).toBe(222n)
    const last = await reverse(id)
    expect(last.body.process.amount).toBe('33.24')
    await approve(last)
    expect(revenue - (await system('regular_system_commission'))).toBe(333n)
    expect([await postedOn(engine, payer.coin), await postedOn(engine, payee.coin)]).toEqual([20_000n, 0n])
    expect((await readIt(id)).children).toHaveLength(4)
  })

  it('takes the commission from where it went: that of a merchant from the revenue of business', async () => {
    const { payer, payee } = await transferred()
    await inProject(engine.book.db, engine.book.projectId, (trx) =>
      trx('organizations').where({ id: payer.organization }).update({ type: 'merchant' }),
    )
    const id = idOf(await ask(engine, transfer(payer, payee, '10.00')))
    const [business = 0n, regular = 0n] = await revenues()
    await approve(await reverse(id))
    expect(await revenues()).toEqual([business - 33n, regular])
  })

  it('of money of a bank line goes back into suspense with its commission, as a line of its own', async () => {
    const client = await addNamedClient(engine)
    await chargeClient(engine.book, client.organization, {
      flow: 'bank_top_up',
      direction: 'IN',
      percent: '2',
    })
    const received = await postLine(engine, line({ text: client.serial, senderName: 'Ann' }))
    const [before, revenue] = [await suspenseOf(engine), await system('regular_system_commission')]
    const asked = await reverse(received.operationId, '9.80')
    await approve(asked)
    expect(await suspenseOf(engine)).toBe(before + 1_000n)
    expect(revenue - (await system('regular_system_commission'))).toBe(20n)
    const { body } = await engine.call(engine.accountant, '/bank-lines/view', { pageSize: 100 })
    expect(body.records).toContainEqual(
      expect.objectContaining({
        state: 'suspense',
        amount: '10.00',
        reference: null,
        senderName: 'Ann',
        broughtBy: idOf(asked),
      }),
    )
    await approve(await reverse(received.operationId))
    expect(await suspenseOf(engine)).toBe(before + 2_000n)
    expect(await postedOn(engine, client.coin)).toBe(0n)
  })

  it.each([
    ['inactive', 'select set_account_active(:project, :coin, false)'],
    ['of a frozen client', "select freeze_organization(:project, :organization, 'AML')"],
  ])('is not stopped by a coin that is %s', async (_, sql) => {
    const { client, id } = await toppedUp()
    const { coin, organization } = client
    const { db, projectId: project } = engine.book
    await inProject(db, project, (trx) => trx.raw(sql, { project, coin, organization }))
    expect((await approve(await reverse(id))).body.process.phase).toBe('processed')
    expect(await balanceOf(coin)).toEqual({ posted: 0n, held: 0n })
  })

  it('is refused where the coin has not got the money any more, and nothing is held', async () => {
    const { client, id } = await toppedUp()
    await ask(engine, transfer(client, await engine.addClient(), '60.00'))
    const refused = await reverse(id)
    expect([refused.status, refused.body.code]).toEqual([422, 'exceeds_available_balance'])
    expect(await balanceOf(client.coin)).toEqual({ posted: 4_000n, held: 0n })
    expect((await reverse(id, '40.00')).status).toBe(201)
  })

  it('is refused by what is left, those that wait counted, and says how much that is', async () => {
    const { id } = await toppedUp()
    await reverse(id, '99.99')
    const refused = await reverse(id, '0.02')
    expect(refused).toMatchObject({ status: 409, body: { code: 'reversal_exceeds_original' } })
    expect(refused.body.errors).toEqual([
      { parameter: 'amount', message: 'must be no more than 0.01 EUR, which is left' },
    ])
    expect((await reverse(id, '0.01')).status).toBe(201)
    expect((await reverse(id)).body.code).toBe('reversal_exceeds_original')
  })

  it('moves nothing at a second click: refused without a key, the first answer with it', async () => {
    const { client, id } = await toppedUp()
    const headers = { 'Idempotency-Key': randomUUID() }
    const click = () =>
      engine.request(engine.accountant, `/transactions/${id}/reverse`, { body: { reason: 'twice' }, headers })
    const first = await click()
    await approve(first)
    const again = await click()
    expect([again.status, again.text]).toEqual([201, first.text])
    expect((await reverse(id)).body.code).toBe('reversal_exceeds_original')
    expect(await balanceOf(client.coin)).toEqual({ posted: 0n, held: 0n })
    expect((await readIt(id)).children).toHaveLength(1)
  })

  it('is one of six that are asked for at the same moment', async () => {
    const { client, id } = await toppedUp()
    const answers = await Promise.all(Array.from({ length: 6 }, () => reverse(id)))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array<number>(5).fill(409),
    ])
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 10_000n })
  })

  it('is not of what waits, of a withdrawal, of a correction or of a bank line', async () => {
    const { id } = await toppedUp()
    const correction = await reverse(id, '1.00')
    await approve(correction)
    const withdrawal = await waitingWithdrawal(engine)
    const received = await postLine(engine, line())
    const bringing = await inProject(engine.book.db, engine.book.projectId, async (trx) => {
      const row: { brought_by: string } = await trx('bank_lines').where({ id: received.id }).first()
      return row.brought_by
    })
    const client = await engine.addClient()
    const body = { coinSerial: client.serial, amount: '5.00' }
    const requested = await engine.call(client, '/bank-top-ups/create-request', body)
    for (const original of [idOf(correction), withdrawal.id, bringing, idOf(requested)]) {
      const { status, body: answer } = await reverse(original)
      expect([status, answer.code, answer.errors[0]?.parameter]).toEqual([409, 'not_reversible', 'id'])
    }
  })

  it.each([
    ['reason', {}],
    ['reason', { reason: '' }],
    ['amount', { reason: 'so', amount: '0' }],
    ['amount', { reason: 'so', amount: '-1' }],
    ['amount', { reason: 'so', amount: '1.001' }],
    ['coin', { reason: 'so', coin: 'x' }],
  ])('names %s where the body is %j, and nothing is held', async (parameter, body) => {
    const { client, id } = await toppedUp()
    const refused = await engine.call(engine.accountant, `/transactions/${id}/reverse`, body)
    expect([refused.status, refused.body.errors[0]?.parameter]).toEqual([400, parameter])
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 0n })
  })

  it('is asked for by those who may, of operations of their project', async () => {
    const { client, id } = await toppedUp()
    for (const by of [client, engine.administrator, await engine.hire('customer_support')])
      expect((await reverse(id, undefined, by)).status).toBe(403)
    const unknown = await reverse('op_00000000000000000000000000')
    expect([unknown.status, unknown.body.errors[0]?.parameter]).toEqual([404, 'id'])
  })

  it('stands in the audit trail with who asked and who approved', async () => {
    const { id } = await toppedUp()
    const asked = await reverse(id)
    await approve(asked)
    const trail = await engine.call(engine.administrator, '/audit-trails/view', {
      filter: { subjectIds: [idOf(asked)] },
      sort: { at: 'asc' },
    })
    expect(trail.body.records).toMatchObject([
      { action: 'operation.register', actor: { id: engine.accountant.id } },
      { action: 'operation.decide.accept', actor: { id: cfo.id } },
    ])
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  function system(type: SystemAccountType) {
    return postedOn(engine, systemAccount(engine.book.issuerId, type))
  }

  async function revenues() {
    return [await system('business_system_commission'), await system('regular_system_commission')]
  }

  /** By the accountant unless somebody else is named. */
  function reverse(original: string, amount?: string, by = engine.accountant) {
    return engine.call(by, `/transactions/${original}/reverse`, {
      reason: 'booked twice',
      ...(amount === undefined ? {} : { amount }),
    })
  }

  function queue(verb: 'approve' | 'decline', about: Answer, by: Person) {
    return engine.call(by, `/business-requests/${about.body.process.requestIdentifier}/${verb}`, {})
  }

  function approve(about: Answer, by = cfo) {
    return queue('approve', about, by)
  }

  function readIt(original: string) {
    return engine.read(engine.accountant, original)
  }

  async function toppedUp(amount = '100.00'): Promise<{ client: TestClient; id: string }> {
    const client = await engine.addClient()
    return { client, id: idOf(await ask(engine, directTopUp(engine, client, amount))) }
  }

  /** 100.00 to somebody with nothing, out of 200.00, at 3.33 %. */
  async function transferred(direction: 'IN' | 'OUT' | 'SHARED' = 'OUT') {
    const [payer, payee] = [await engine.addClient(20_000n), await engine.addClient()]
    await chargeClient(engine.book, payer.organization, { flow: 'transfer', direction, percent: '3.33' })
    return { payer, payee, id: idOf(await ask(engine, transfer(payer, payee, '100.00'))) }
  }
})

const idOf = ({ body }: Answer) => body.process.id
