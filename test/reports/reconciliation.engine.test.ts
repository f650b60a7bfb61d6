import { inProject } from '#db/connection.ts'
import { BANK_KEYS } from '#test/support/bank-side.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, decide, manualWithdrawal, waitingWithdrawal, withdrawal } from '#test/support/wishes.ts'

describe('reconciliation', () => {
  const engine = useEngine()

  it('finds nothing while both books agree, whatever is on its way, held, refused or returned', async () => {
    const id = await payOut()
    await engine.orderFault('refuse', { amount: '11.11' })
    const client = await engine.addClient(10_000n)
    const refused = await ask(engine, withdrawal(engine, client, '11.11'))
    await decide(engine, refused, { verb: 'accept' })
    await engine.reach(client, refused.body.process.id, 'failed')
    await engine.orderFault('answer_late', { amount: '12.12', delayMs: 3_600_000 })
    const pending = await ask(engine, withdrawal(engine, client, '12.12'))
    await decide(engine, pending, { verb: 'accept' })
    await until('the bank to have it', async () => (await engine.payoutsOf(pending.body.process.id))[0])
    const typed = await ask(engine, manualWithdrawal(engine, client, '13.13'))
    await decide(engine, typed, { verb: 'accept' })
    await waitingWithdrawal(engine)
    await engine.giveBack(id)
    await until('the return', async () => {
      const [child] = (await engine.read(engine.accountant, id)).children
      return child && (await engine.read(engine.accountant, child)).phase === 'processed' ? child : undefined
    })
    const done = await run()
    expect(done).toMatchObject({ state: 'complete', found: 0, tries: 1, askedBy: engine.accountant.id })
    expect(done.parts).toEqual(
      expect.arrayContaining([
        { name: 'book', state: 'compared', compared: 1 },
        { name: 'simulated', state: 'compared', compared: 3 },
      ]),
    )
    expect(await view('/reconciliation/breaks/view', {})).toEqual([])
  })

  it('finds what differs, notes it once, and closes it when it is gone', async () => {
    const [other, state, lost] = [await payOut('41.00'), await payOut('42.00'), await payOut('43.00')]
    await payAtBank('nobody-knows')
    await tamper('update operations set recipient_amount = 4099 where id = ?', [other])
    await tamper("update operations set state = 'failed' where id = ?", [state])
    const missing = await until('a payout that never came there', async () => {
      const client = await engine.addClient(10_000n)
      const asked = await ask(engine, manualWithdrawal(engine, client, '44.00'))
      await decide(engine, asked, { verb: 'accept' })
      const number = asked.body.process.requestIdentifier
      await engine.call(engine.accountant, `/bank-withdrawals/${number}/confirm-payout`, {
        bankReference: 'B-1',
      })
      return asked.body.process.id
    })
    await tamper("update operations set platform = 'simulated' where id = ?", [missing])
    await tamper(
      'insert into order_sends (operation_id, send, project_id) select id, 1, project_id from operations where id = ?',
      [missing],
    )
    await tamper("update operations set platform_reference = 'elsewhere' where id = ?", [lost])

    const first = await run()
    expect(first.found).toBe(5)
    expect(await breaksOf(other)).toMatchObject([
      { part: 'simulated', kind: 'other_amount', ours: '40.99 EUR', theirs: '41.00 EUR', state: 'open' },
    ])
    expect(await breaksOf(state)).toMatchObject([
      { kind: 'other_state', ours: 'failed', theirs: 'confirmed' },
    ])
    expect(await breaksOf('nobody-knows')).toMatchObject([
      { kind: 'unknown_here', theirs: 'confirmed 7.00 EUR' },
    ])
    expect(await breaksOf(missing)).toMatchObject([{ kind: 'missing_there', ours: 'processed 44.00 EUR' }])
    expect(await breaksOf(lost)).toMatchObject([{ kind: 'other_reference', ours: 'elsewhere' }])
    expect(await run()).toMatchObject({ found: 0, vanished: 0 })

    await tamper('update operations set recipient_amount = 4100 where id = ?', [other])
    await tamper("update operations set state = 'processed' where id = ?", [state])
    expect(await run()).toMatchObject({ found: 0, vanished: 2 })
    expect(await breaksOf(other)).toMatchObject([{ state: 'vanished' }])
    expect(await breaksOf('nobody-knows')).toMatchObject([{ state: 'open' }])
    await tamper("update operations set state = 'failed' where id = ?", [state])
    expect(await run()).toMatchObject({ found: 1, vanished: 0 })
    expect(await breaksOf(state)).toMatchObject([{ state: 'open' }])
    await tamper("update operations set state = 'processed' where id = ?", [state])
    await tamper('update operations set platform = null where id = ?', [missing])
  })

  it('finds a book that contradicts itself', async () => {
    const { id, client } = await waitingWithdrawal(engine)
    await tamper('update holds set amount = amount - 1 where operation_id = ?', [id])
    await tamper('update balances set posted = posted + 5, held = held - 1 where account_id = ?', [
      client.coin,
    ])
    await run()
    expect(await breaksOf(id)).toMatchObject([
      { part: 'book', kind: 'held_amount', ours: '29.99 EUR', theirs: '30.00 EUR', state: 'open' },
    ])
    const ofIssuer = await breaksOf(engine.book.issuerId)
    expect(ofIssuer.map(({ kind, state }) => `${kind} ${state}`).toSorted()).toEqual([
      'circulation open',
      'held_amount open',
    ])
    await tamper('update holds set amount = amount + 1 where operation_id = ?', [id])
    await tamper('update balances set posted = posted - 5, held = held + 1 where account_id = ?', [
      client.coin,
    ])
    expect(await run()).toMatchObject({ vanished: 3 })
  })

  it('is incomplete while the bank is down, closes nothing meanwhile, and is complete once it answers', async () => {
    const open = await breaksOf('nobody-knows')
    await engine.orderFault('book_down', {})
    const runId = await startRun()
    const incomplete = await reach(runId, 'incomplete')
    expect(incomplete).toMatchObject({ vanished: 0 })
    expect(incomplete.parts).toEqual(
      expect.arrayContaining([{ name: 'simulated', state: 'away', compared: expect.any(Number) }]),
    )
    expect(await breaksOf('nobody-knows')).toMatchObject([{ id: open[0]?.id, state: 'open' }])
    expect(await reach(runId, 'complete')).toMatchObject({ tries: 2 })
  })

  it("says nothing of another project's payouts, though they share the bank", async () => {
    await inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx('projects').insert({ id: 'prj_other', key: 'other', name: 'Other' })
      await trx('project_of').insert({ id: 'op_of_another_project', project_id: 'prj_other' })
    })
    await payAtBank('op_of_another_project')
    await run()
    expect(await breaksOf('op_of_another_project')).toEqual([])
  })

  it('runs by its schedule, for every project, each in a workflow of its own', async () => {
    const schedule = engine.client.schedule.getHandle('reconciliation')
    expect((await schedule.describe()).spec).toMatchObject({
      timezone: 'UTC',
      calendars: [{ hour: [{ start: 3 }] }],
    })
    const before = new Set((await view<Run>('/reconciliation/runs/view', {})).map(({ id }) => id))
    await schedule.trigger()
    const done = await until('a run of the schedule', async () => {
      const runs = await view<Run>('/reconciliation/runs/view', { states: ['complete'] })
      return runs.find(({ id }) => !before.has(id))
    })
    expect(done).toMatchObject({ askedBy: null, state: 'complete' })
    expect(await engine.client.workflow.getHandle(`reconciliation/${done.id}`).result()).toBe('complete')
    const { events } = await engine.client.workflow.getHandle(`reconciliation/${done.id}`).fetchHistory()
    expect(JSON.stringify(events)).not.toMatch(/EUR|op_/)
  })

  it('that nobody asked for ends by itself', async () => {
    const workflowId = 'reconciliation/rec_01h2xcejqtf2nbrexx3vqjhp41'
    const handle = await engine.client.workflow.start('reconciliation', { workflowId, taskQueue: 'reports' })
    expect(await handle.result()).toBeNull()
  })

  async function view<Record>(path: string, filter: object): Promise<Record[]> {
    const answer = await engine.call(engine.accountant, path, { filter, pageSize: 100 })
    return (JSON.parse(answer.text) as { records: Record[] }).records
  }

  function breaksOf(subject: string) {
    return view<Break>('/reconciliation/breaks/view', { subjects: [subject] })
  }

  async function startRun(): Promise<string> {
    const answer = await engine.request(engine.accountant, '/reconciliation/run', { method: 'POST' })
    expect(answer.status).toBe(202)
    return (JSON.parse(answer.text) as { runId: string }).runId
  }

  function reach(runId: string, state: string): Promise<Run> {
    const read = async () => (await view<Run>('/reconciliation/runs/view', { ids: [runId] }))[0]
    return until(
      `run ${runId} to be ${state}`,
      async () => {
        const shown = await read()
        return shown?.state === state ? shown : undefined
      },
      read,
    )
  }

  async function run() {
    return reach(await startRun(), 'complete')
  }

  /** Paid out by the simulated bank, and settled in both books. */
  async function payOut(amount = '30.00'): Promise<string> {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, amount))
    await decide(engine, asked, { verb: 'accept' })
    await engine.reach(client, asked.body.process.id, 'processed')
    return asked.body.process.id
  }

  /** What nobody could do through the product. */
  function tamper(sql: string, values: string[]) {
    return inProject(engine.book.owner, engine.book.projectId, (trx) => trx.raw(sql, values))
  }

  async function payAtBank(reference: string): Promise<void> {
    const response = await fetch(`${engine.bank.url}/payouts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BANK_KEYS.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reference, amount: '7.00', currency: 'EUR', creditor: { fullName: 'Nobody' } }),
    })
    expect(response.status).toBe(201)
  }
})

type Run = {
  id: string
  state: string
  askedBy: string | null
  tries: number
  found: number
  vanished: number
  parts: { name: string; state: string; compared: number }[]
}

type Break = {
  id: string
  part: string
  kind: string
  subject: string
  ours: unknown
  theirs: unknown
  state: string
}
