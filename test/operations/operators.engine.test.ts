import { inProject } from '#db/connection.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import { ask, decide, manualWithdrawal, requestedTopUp, waitingWithdrawal } from '#test/support/wishes.ts'
import { MONEY_QUEUE } from '#workflows/policy.ts'

describe('what operators can do to a workflow', () => {
  const engine = useEngine()

  it('is not to cancel it: it waits on, takes decisions and pays out', async () => {
    const [first, second] = [await waitingWithdrawal(engine), await waitingWithdrawal(engine)]
    for (const { id } of [first, second]) {
      await handleOf(id).cancel()
      await until('the request to be seen', async () => {
        const { events } = await handleOf(id).fetchHistory()
        const types = (events ?? []).map(({ eventType }) => Number(eventType))
        const asked = types.lastIndexOf(CANCEL_REQUESTED)
        return asked >= 0 && types.lastIndexOf(TASK_COMPLETED) > asked ? true : undefined
      })
    }
    expect((await engine.read(first.client, first.id)).phase).toBe('awaiting_decision')
    expect((await decide(engine, first.asked, { verb: 'accept' })).status).toBe(200)
    await engine.reach(first.client, first.id, 'processed')
    const { body } = await engine.call(engine.accountant, `/business-requests/${second.number}/ticket`, {
      decision: 'decline',
    })
    await handleOf(second.id).signal('decline', { ticket: body.ticket })
    await engine.reach(second.client, second.id, 'declined')
    for (const { id } of [first, second]) {
      await handleOf(id).result()
      expect((await handleOf(id).describe()).status.name).toBe('COMPLETED')
    }
  })

  it('cancel does not stop a payout that is looked for', async () => {
    const { client, id, endSilence } = await unknownPayout()
    await handleOf(id).cancel()
    await endSilence()
    await engine.reach(client, id, 'processed')
    expect(await engine.payoutsOf(id)).toHaveLength(1)
    expect((await handleOf(id).result()) as object).toMatchObject({ state: 'processed' })
  })

  it('terminate is noticed, and a workflow started again goes on from where the book is: before a decision', async () => {
    const { client, asked, id } = await waitingWithdrawal(engine)
    await handleOf(id).terminate()
    expect(await untilPutBeforePerson(id)).toContain('workflow has ended')
    const listed = await engine.call(engine.accountant, '/transactions/view', {
      filter: { needsAttention: true },
    })
    expect(listed.body.records.map((record) => record.id)).toContain(id)
    // Taken, though nobody is there to carry it out yet.
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(202)
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 3_000n })
    await startAgain(id)
    const done = await engine.reach(client, id, 'processed')
    expect(done.decisions).toHaveLength(1)
    expect(await engine.payoutsOf(id)).toHaveLength(1)
  })

  it('terminate is noticed, and a workflow started again goes on: while the payout is unknown', async () => {
    const { client, id, endSilence } = await unknownPayout()
    await handleOf(id).terminate()
    await untilPutBeforePerson(id)
    await endSilence()
    await startAgain(id)
    await engine.reach(client, id, 'processed')
    expect(await engine.payoutsOf(id)).toHaveLength(1)
    expect(await balanceOf(client.coin)).toEqual({ posted: 7_000n, held: 0n })
  })

  it('terminate is noticed, and a workflow started again goes on: while it waits for a reference', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, manualWithdrawal(engine, client, '30.00'))
    const { id, requestIdentifier } = asked.body.process
    await decide(engine, asked, { verb: 'accept' })
    await handleOf(id).terminate()
    await untilPutBeforePerson(id)
    await startAgain(id)
    const path = `/bank-withdrawals/${requestIdentifier}/confirm-payout`
    expect(await engine.call(engine.accountant, path, { bankReference: 'TYPED-1' })).toMatchObject({
      status: 200,
      body: { process: { phase: 'processed' } },
    })
  })

  it('reset, to whatever point of its history, has no second effect', async () => {
    const { client, asked, id } = await waitingWithdrawal(engine)
    await decide(engine, asked, { verb: 'accept' })
    await engine.reach(client, id, 'processed')
    await handleOf(id).result()
    const { events } = await handleOf(id).fetchHistory()
    const points = (events ?? []).filter(({ eventType }) => Number(eventType) === TASK_COMPLETED)
    const runId = (await handleOf(id).describe()).runId
    const before = await countRows(id)
    expect(points.length).toBeGreaterThan(1)
    for (const { eventId } of points) {
      await engine.client.workflowService.resetWorkflowExecution({
        namespace: engine.temporal.namespace,
        workflowExecution: { workflowId: `withdrawal/${id}`, runId },
        reason: 'a test',
        requestId: `reset-${String(eventId)}`,
        ...(eventId ? { workflowTaskFinishEventId: eventId } : {}),
      })
      expect(await handleOf(id).result()).toMatchObject({ state: 'processed' })
    }
    expect(await countRows(id)).toEqual(before)
    expect(await engine.payoutsOf(id)).toHaveLength(1)
    expect(await balanceOf(client.coin)).toEqual({ posted: 7_000n, held: 0n })
  })

  const countRows = (operation: string) =>
    inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      const count = async (table: string) =>
        Number((await trx(table).where({ operation_id: operation }).count('* as n').first())?.['n'])
      return [await count('steps'), await count('postings'), await count('decisions')]
    })

  it('terminate before registration: the wish is put before a person, and a start by hand takes it up', async () => {
    const client = await engine.addClient()
    await engine.killWorker()
    const asked = await ask(engine, requestedTopUp(engine, client, '5.00'))
    const { id } = asked.body.process
    await engine.client.workflow.getHandle(`topup/${id}`).terminate()
    await engine.startWorker()
    await untilPutBeforePerson(id)
    expect((await engine.read(client, id)).phase).toBe('received')
    await engine.client.workflow.start('topUp', { workflowId: `topup/${id}`, taskQueue: MONEY_QUEUE })
    await engine.reach(client, id, 'awaiting_decision')
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  function handleOf(operation: string) {
    return engine.client.workflow.getHandle(`withdrawal/${operation}`)
  }

  /** By hand, as from the Temporal UI. */
  function startAgain(operation: string) {
    return engine.client.workflow.start('withdrawal', {
      workflowId: `withdrawal/${operation}`,
      taskQueue: MONEY_QUEUE,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    })
  }

  function untilPutBeforePerson(operation: string) {
    return until('attention', async () => {
      const { needsAttention } = await engine.read(engine.accountant, operation)
      return needsAttention ?? undefined
    })
  }

  /** Accepted, but the bank answers nothing and cannot be asked either, until it can. */
  async function unknownPayout() {
    const waiting = await waitingWithdrawal(engine)
    await engine.orderFault('timeout_after_commit', { reference: waiting.id })
    await engine.orderFault('lookup_down', { reference: waiting.id, times: 100_000 })
    await decide(engine, waiting.asked, { verb: 'accept' })
    await engine.reach(waiting.client, waiting.id, 'outcome_unknown')
    return { ...waiting, endSilence: () => engine.askBank('/faults', { method: 'DELETE' }) }
  }
})

/** Event types as the server numbers them. */
const TASK_COMPLETED = 7
const CANCEL_REQUESTED = 20
