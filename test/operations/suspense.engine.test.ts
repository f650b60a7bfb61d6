import { randomUUID } from 'node:crypto'
import { inProject } from '#db/connection.ts'
import { expectBankAgrees } from '#test/support/bank-agrees.ts'
import { IBAN, type Answer, type Person } from '#test/support/engine.ts'
import { opened } from '#test/support/opened.ts'
import { until } from '#test/support/poll.ts'
import { addApprovalRule } from '#test/support/rules.ts'
import {
  addNamedClient,
  chargeClient,
  freshSerial,
  line,
  postedOn,
  postLine,
  suspenseOf,
  type PostedLine,
} from '#test/support/suspense.ts'
import { useEngine } from '#test/support/use-engine.ts'

describe('money that comes in at a bank', () => {
  const engine = useEngine({ apis: 2 })
  const compliance = opened(() => engine.hire('compliance_manager'))
  let before: bigint
  beforeEach(async () => {
    before = await suspenseOf(engine)
  })
  afterEach(() => expectBankAgrees(engine))

  describe('and names a coin', () => {
    it('is credited to it at once: through suspense, where nothing of it stays', async () => {
      const client = await addNamedClient(engine)
      const posted = line({
        text: `top-up ${client.serial.toLowerCase()}`,
        senderName: 'Ann',
        senderIban: IBAN,
      })
      const received = await postLine(engine, posted)
      expect(received).toMatchObject({ state: 'matched', known: false, reason: null })
      expect(await postedOn(engine, client.coin)).toBe(2_000n)
      expect(await waiting()).toBe(0n)
      const shown = await engine.read(client, received.operationId)
      expect(shown).toMatchObject({ phase: 'processed', bankLineId: received.id, description: posted.text })
      expect(await stateOf(received.id)).toBe('settled')
    })

    it('pays its commission out of itself, also where the contract says that the sender pays', async () => {
      const client = await addNamedClient(engine)
      const terms = { flow: 'bank_top_up', direction: 'OUT', percent: '3' } as const
      await chargeClient(engine.book, client.organization, terms)
      const received = await postLine(engine, line({ text: client.serial }))
      const shown = await engine.read(client, received.operationId)
      expect(shown).toMatchObject({ amount: '20.00', commission: '0.60' })
      expect(await postedOn(engine, client.coin)).toBe(1_940n)
      expect(await waiting()).toBe(0n)
    })

    it('is taken once, however often and by whomever it is posted', async () => {
      const client = await addNamedClient(engine)
      const posted = line({ text: client.serial })
      const first = await postLine(engine, posted)
      const again = await postLine(engine, { ...posted, amount: '20' }, { by: engine.secondAccountant })
      expect(again).toEqual({ ...first, known: true })
      expect(await postedOn(engine, client.coin)).toBe(2_000n)
    })

    it('is taken once where two post it at the same moment, ten times over', async () => {
      const client = await addNamedClient(engine)
      for (let round = 1n; round <= 10n; round += 1n) {
        const posted = line({ text: client.serial })
        const callers = [
          engine.accountant,
          engine.secondAccountant,
          engine.accountant,
          engine.secondAccountant,
        ]
        const answers = await Promise.all(callers.map((by) => postLine(engine, posted, { by })))
        expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
        expect(new Set(answers.map(({ operationId }) => operationId)).size).toBe(1)
        expect(answers.filter(({ known }) => !known)).toHaveLength(1)
        await engine.reach(engine.accountant, answers[0]?.operationId ?? '', 'processed')
        expect(await postedOn(engine, client.coin)).toBe(2_000n * round)
      }
    })

    it('is refused under a reference that stands for another line, by its name, and that one stays', async () => {
      const posted = line()
      const first = await postLine(engine, posted)
      for (const other of [{ amount: '20.01' }, { text: 'other' }, { senderName: 'Other' }])
        expect(await postLine(engine, { ...posted, ...other })).toMatchObject({
          id: null,
          reference: posted.reference,
          state: 'refused',
          reason: 'reference_taken',
        })
      expect(await postLine(engine, posted)).toEqual({ ...first, known: true, reason: 'no_coin_named' })
      expect(await waiting()).toBe(2_000n)
    })

    it('is the same reference at another bank another line', async () => {
      const posted = line()
      const first = await postLine(engine, posted)
      const second = await postLine(engine, posted, { bankId: engine.bankIds.manual })
      expect(second.id).not.toBe(first.id)
      expect(await waiting()).toBe(4_000n)
    })

    it('is credited when it is posted again and was not matched before', async () => {
      const serial = freshSerial()
      const posted = line({ text: serial })
      const received = await postLine(engine, posted)
      expect(received).toMatchObject({ state: 'suspense', reason: 'no_coin_named' })
      const client = await engine.addClient()
      await inProject(engine.book.db, engine.book.projectId, (trx) =>
        trx('coins').where({ id: client.coin }).update({ serial }),
      )
      expect(await postLine(engine, posted)).toMatchObject({ id: received.id, state: 'matched', known: true })
      expect(await postedOn(engine, client.coin)).toBe(2_000n)
    })

    it.each([
      ['coin_inactive', { coins: true }],
      ['client_frozen', { coins: false }],
    ])('stays in suspense, claimed by nobody, where the book says %s', async (reason, { coins }) => {
      const client = await addNamedClient(engine)
      await inProject(engine.book.db, engine.book.projectId, async (trx) => {
        if (coins)
          await trx.raw('select set_account_active(?, ?, false)', [engine.book.projectId, client.coin])
        else
          await trx.raw("select freeze_organization(?, ?, 'AML')", [
            engine.book.projectId,
            client.organization,
          ])
      })
      const received = await postLine(engine, line({ text: client.serial }))
      expect(received).toMatchObject({ state: 'suspense', reason })
      expect(await stateOf(received.id)).toBe('suspense')
      expect(await waiting()).toBe(2_000n)
    })

    it('stays in suspense where the contract does not offer top-ups', async () => {
      const client = await addNamedClient(engine)
      await chargeClient(engine.book, client.organization, {
        flow: 'transfer',
        direction: 'OUT',
        percent: '0',
      })
      const received = await postLine(engine, line({ text: client.serial }))
      expect(received).toMatchObject({
        state: 'suspense',
        reason: 'operation_not_offered',
        operationId: null,
      })
      expect(await waiting()).toBe(2_000n)
    })

    it('stays in suspense where it names two coins', async () => {
      const [one, other] = [await addNamedClient(engine), await addNamedClient(engine)]
      const received = await postLine(engine, line({ text: `${one.serial} / ${other.serial}` }))
      expect(received).toMatchObject({ state: 'suspense', reason: 'several_coins_named' })
    })
  })

  describe('and waits for people', () => {
    beforeAll(() =>
      addApprovalRule(engine, {
        kind: 'top_up',
        stages: [{ roles: ['cfo'], approvers: 1 }],
        fromAmount: 50_000n,
      }),
    )

    it('is credited when they approve', async () => {
      const client = await addNamedClient(engine)
      const received = await postLine(engine, large(client))
      expect(received.state).toBe('matched')
      expect([await stateOf(received.id), await waiting()]).toEqual(['claimed', 70_000n])
      const { requestIdentifier } = await engine.read(client, received.operationId)
      const path = `/business-requests/${requestIdentifier}/approve`
      expect((await engine.call(engine.secondAccountant, path, {})).body.code).toBe('decider_not_permitted')
      expect((await engine.call(await engine.hire('cfo'), path, {})).status).toBe(200)
      expect([await stateOf(received.id), await waiting()]).toEqual(['settled', 0n])
      expect(await postedOn(engine, client.coin)).toBe(70_000n)
    })

    it('stays in suspense when they decline, is not tried again by itself, and is released by two others', async () => {
      const client = await addNamedClient(engine)
      const posted = large(client)
      const received = await postLine(engine, posted)
      const { requestIdentifier } = await engine.read(client, received.operationId)
      const path = `/business-requests/${requestIdentifier}/decline`
      expect((await engine.call(await engine.hire('cfo'), path, {})).status).toBe(200)
      expect([await stateOf(received.id), await waiting()]).toEqual(['suspense', 70_000n])
      expect(await postLine(engine, posted)).toMatchObject({ state: 'suspense', reason: 'declined' })
      const release = (by: Person) =>
        engine.call(by, `/bank-lines/${received.id}/release`, { reason: 'the name is another’s' })
      expect((await release(engine.accountant)).status).toBe(403)
      const released = await release(compliance)
      expect(released.body.process).toMatchObject({ phase: 'awaiting_decision', bankLineId: received.id })
      expect((await release(compliance)).body.code).toBe('bank_line_taken')
      const shown = await engine.read(client, released.body.process.id)
      expect(JSON.stringify(shown)).not.toContain('another’s')
      expect((await approve(await engine.hire('cfo'), released)).status).toBe(200)
      expect([await waiting(), await postedOn(engine, client.coin)]).toEqual([0n, 70_000n])
    })
  })

  it('is released only where a top-up over it was turned away', async () => {
    const received = await postLine(engine, line())
    const answer = await engine.call(compliance, `/bank-lines/${received.id}/release`, { reason: 'so' })
    expect([answer.status, answer.body.code]).toEqual([409, 'not_releasable'])
  })

  describe('and names no coin', () => {
    it('is assigned under four eyes', async () => {
      const client = await addNamedClient(engine)
      const received = await postLine(engine, line())
      const asked = await assign(received.id, client.serial)
      expect(asked).toMatchObject({ status: 201, body: { process: { phase: 'awaiting_decision' } } })
      expect([await stateOf(received.id), await postedOn(engine, client.coin)]).toEqual(['claimed', 0n])
      expect((await approve(engine.accountant, asked)).body.code).toBe('decider_is_the_asker')
      expect((await approve(engine.secondAccountant, asked)).body.process.phase).toBe('processed')
      expect([await waiting(), await postedOn(engine, client.coin)]).toEqual([0n, 2_000n])
      expect((await assign(received.id, client.serial)).body.code).toBe('bank_line_taken')
    })

    it('is free again when that is declined', async () => {
      const client = await addNamedClient(engine)
      const received = await postLine(engine, line())
      await decline(engine.secondAccountant, await assign(received.id, client.serial))
      expect([await stateOf(received.id), await waiting()]).toEqual(['suspense', 2_000n])
      expect((await assign(received.id, client.serial)).status).toBe(201)
    })

    it('is claimed once where six assign it at the same moment', async () => {
      const client = await addNamedClient(engine)
      const received = await postLine(engine, line())
      const answers = await Promise.all(Array.from({ length: 6 }, () => assign(received.id, client.serial)))
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        201,
        ...Array<number>(5).fill(409),
      ])
      expect(new Set(answers.map(({ body }) => body.code))).toEqual(new Set([undefined, 'bank_line_taken']))
      const winner = answers.find(({ status }) => status === 201)
      if (winner) await approve(engine.secondAccountant, winner)
      expect(await postedOn(engine, client.coin)).toBe(2_000n)
    })

    it('gets the same answer to the same key, and nothing is claimed twice', async () => {
      const client = await addNamedClient(engine)
      const received = await postLine(engine, line())
      const asked = {
        body: { coinSerial: client.serial, reason: 'so' },
        headers: { 'Idempotency-Key': randomUUID() },
      }
      const path = `/bank-lines/${received.id}/assign`
      const first = await engine.request(engine.accountant, path, asked)
      const again = await engine.request(engine.accountant, path, asked)
      expect([first.status, again.status, again.text]).toEqual([201, 201, first.text])
    })
  })

  describe('and goes back', () => {
    it('is paid to the account it came from when a second person approves', async () => {
      const received = await postLine(engine, fromAnn())
      const asked = await giveBack(received.id)
      expect(asked.body.process).toMatchObject({ type: 'suspense_return', phase: 'awaiting_decision' })
      expect((await approve(engine.accountant, asked)).body.code).toBe('decider_is_the_asker')
      expect((await approve(compliance, asked)).status).toBe(200)
      const done = await engine.reach(compliance, asked.body.process.id, 'processed')
      expect(done.bankReference).toEqual(expect.any(String))
      expect(await engine.payoutsOf(done.id)).toMatchObject([
        { amount: '20.00', currency: 'EUR', status: 'confirmed', bankReference: done.bankReference },
      ])
      expect([await stateOf(received.id), await waiting()]).toEqual(['settled', 0n])
    })

    it('stays in suspense, free again, where the bank refuses', async () => {
      const received = await postLine(engine, fromAnn())
      const asked = await giveBack(received.id)
      await engine.orderFault('refuse', { reference: asked.body.process.id, reason: 'no such account' })
      await approve(compliance, asked)
      const failed = await engine.reach(compliance, asked.body.process.id, 'failed')
      expect(failed.reason).toBe('no such account')
      expect([await stateOf(received.id), await waiting()]).toEqual(['suspense', 2_000n])
      const again = await giveBack(received.id)
      await approve(compliance, again)
      await engine.reach(compliance, again.body.process.id, 'processed')
      expect(await waiting()).toBe(0n)
    })

    it('comes in again where the bank sends it back later, as a line that can go another way', async () => {
      const received = await postLine(engine, fromAnn())
      const asked = await giveBack(received.id)
      await approve(compliance, asked)
      const paid = await engine.reach(compliance, asked.body.process.id, 'processed')
      await engine.giveBack(paid.id)
      const [returned] = await until('the return', async () => {
        const { children } = await engine.read(compliance, paid.id)
        return children.length > 0 ? children : undefined
      })
      const back = await engine.reach(compliance, returned ?? '', 'processed')
      expect(back).toMatchObject({
        type: 'bank_redeem_return',
        amount: '20.00',
        returnOf: paid.id,
        bankLineId: received.id,
        clientCoin: null,
      })
      expect([await stateOf(received.id), await waiting()]).toEqual(['settled', 2_000n])
      const again = `line_${back.id.slice(3)}`
      expect(await stateOf(again)).toBe('suspense')
      const client = await engine.addClient()
      const assigned = await assign(again, client.serial)
      expect((await approve(engine.secondAccountant, assigned)).status).toBe(200)
      expect([await stateOf(again), await waiting()]).toEqual(['settled', 0n])
      expect(await postedOn(engine, client.coin)).toBe(2_000n)
    })

    it('is paid once by a bank that does not say so at first', async () => {
      const received = await postLine(engine, fromAnn())
      const asked = await giveBack(received.id)
      await engine.orderFault('timeout_after_commit', { reference: asked.body.process.id })
      await approve(compliance, asked)
      await engine.reach(compliance, asked.body.process.id, 'processed')
      expect(await engine.payoutsOf(asked.body.process.id)).toHaveLength(1)
      expect(await waiting()).toBe(0n)
    })

    it('is paid by hand where the bank has no integration', async () => {
      const received = await postLine(engine, fromAnn(), { bankId: engine.bankIds.manual })
      const asked = await giveBack(received.id)
      expect((await approve(compliance, asked)).body.process.phase).toBe('awaiting_reference')
      const path = `/business-requests/${asked.body.process.requestIdentifier}/confirm-payout`
      const confirmed = await engine.call(engine.secondAccountant, path, { bankReference: 'TYPED-9' })
      expect(confirmed.body.process).toMatchObject({ phase: 'processed', bankReference: 'TYPED-9' })
      expect([await stateOf(received.id), await waiting()]).toEqual(['settled', 0n])
    })

    it('stays in suspense where such a bank refused, as typed in', async () => {
      const received = await postLine(engine, fromAnn(), { bankId: engine.bankIds.manual })
      const asked = await giveBack(received.id)
      await approve(compliance, asked)
      const path = `/business-requests/${asked.body.process.requestIdentifier}/refuse-payout`
      const refused = await engine.call(engine.secondAccountant, path, { reason: 'account closed' })
      expect(refused.body.process.phase).toBe('failed')
      expect([await stateOf(received.id), await waiting()]).toEqual(['suspense', 2_000n])
    })

    it('stays where it is when that is declined', async () => {
      const received = await postLine(engine, fromAnn())
      await decline(compliance, await giveBack(received.id))
      expect([await stateOf(received.id), await waiting()]).toEqual(['suspense', 2_000n])
    })

    it('is not also assigned meanwhile', async () => {
      const client = await addNamedClient(engine)
      const received = await postLine(engine, fromAnn())
      const asked = await giveBack(received.id)
      expect((await assign(received.id, client.serial)).body.code).toBe('bank_line_taken')
      await decline(compliance, asked)
    })
  })

  async function waiting() {
    return (await suspenseOf(engine)) - before
  }

  function approve(by: Person, about: Answer) {
    return engine.call(by, `/business-requests/${about.body.process.requestIdentifier}/approve`, {})
  }

  function decline(by: Person, about: Answer) {
    return engine.call(by, `/business-requests/${about.body.process.requestIdentifier}/decline`, {})
  }

  function assign(lineId: string, coinSerial: string, by = engine.accountant) {
    return engine.call(by, `/bank-lines/${lineId}/assign`, { coinSerial, reason: 'their invoice says so' })
  }

  function giveBack(lineId: string, more: object = {}) {
    return engine.call(engine.accountant, `/bank-lines/${lineId}/return`, { reason: 'not ours', ...more })
  }

  /** As people see it in the list. */
  async function stateOf(lineId: string): Promise<string | undefined> {
    const filter = { states: ['suspense', 'claimed', 'settled'] }
    const { body } = await engine.call(compliance, '/bank-lines/view', { filter, pageSize: 100 })
    return (body.records as unknown as { id: string; state: string }[]).find(({ id }) => id === lineId)?.state
  }
})

/** 700.00, which takes two eyes more. */
const large = (client: { serial: string }): PostedLine => line({ amount: '700', text: client.serial })

const fromAnn = () => line({ senderName: 'Ann Sender', senderIban: IBAN })
