import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { inProject } from '#db/connection.ts'
import type { Verb } from '#domain/operations/operation.ts'
import { findTemporalBinary } from '#embedded/temporal/temporal-binary.ts'
import type { Person } from '#test/support/engine.ts'
import { decisionUpdates, type Carried } from '#workflows/messages.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Body } from '#test/support/wire.ts'
import {
  ask,
  decide,
  manualWithdrawal,
  requestedTopUp,
  waitingWithdrawal,
  withdrawal,
} from '#test/support/wishes.ts'

describe('decisions by Signal', () => {
  const engine = useEngine()

  it.each([
    ['the printed command of the CLI', (ticket: Body) => typeInShell(ticket.command)],
    ['a client of Temporal', (ticket: Body) => carry(ticket)],
  ])('do what the API does, with a ticket, through %s', async (_, use) => {
    const client = await engine.addClient(10_000n)
    const [topUp, accepted, declined, manual] = [
      await ask(engine, requestedTopUp(engine, client, '40.00')),
      await ask(engine, withdrawal(engine, client, '30.00')),
      await ask(engine, withdrawal(engine, client, '20.00')),
      await ask(engine, manualWithdrawal(engine, client, '10.00')),
    ].map(({ body }) => body.process)
    if (!topUp || !accepted || !declined || !manual) throw new Error('not asked')
    for (const shown of [topUp, accepted, manual])
      await use(await fetchTicket(shown.requestIdentifier, 'accept'))
    await use(await fetchTicket(declined.requestIdentifier, 'decline'))
    const done = await engine.reach(client, topUp.id, 'processed')
    expect(done.decisions).toMatchObject([{ personId: engine.accountant.id, decision: 'accept' }])
    await engine.reach(client, accepted.id, 'processed')
    await engine.reach(client, declined.id, 'declined')
    await engine.reach(client, manual.id, 'awaiting_reference')
    await use(await fetchTicket(manual.requestIdentifier, 'refuse_payout', { reason: 'account closed' }))
    expect(await engine.reach(client, manual.id, 'failed')).toMatchObject({ reason: 'account closed' })
    expect(await balanceOf(client.coin)).toEqual({ posted: 11_000n, held: 0n })
  })

  it('count once, however often the ticket is sent', async () => {
    const { client, id, number } = await waitingWithdrawal(engine)
    const ticket = await fetchTicket(number, 'accept')
    const sent = await Promise.allSettled(Array.from({ length: 6 }, () => carry(ticket)))
    expect(sent[0]?.status).toBe('fulfilled')
    const done = await engine.reach(client, id, 'processed')
    expect(done.decisions).toHaveLength(1)
    expect(await balanceOf(client.coin)).toEqual({ posted: 7_000n, held: 0n })
  })

  it('with a ticket of another operation, for another decision, or too old, have no effect', async () => {
    const waiting = await waitingWithdrawal(engine)
    const other = await waitingWithdrawal(engine)
    const foreign = await fetchTicket(other.number, 'accept')
    const handle = handleOf(`withdrawal/${waiting.id}`)
    await handle.signal('accept', { ticket: foreign.ticket })
    const decline = await fetchTicket(waiting.number, 'decline')
    await handle.signal('accept', { ticket: decline.ticket })
    const old = await fetchTicket(waiting.number, 'accept')
    await inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx('tickets')
        .where({ id: old.ticket })
        .update({ valid_until: new Date(0) })
    })
    await carry(old)
    expect(await outcomesOf(waiting.id, 2)).toEqual(['ticket_for_another_decision', 'ticket_expired'])
    expect((await engine.read(other.client, other.id)).phase).toBe('awaiting_decision')
    await expectStillDecidable(waiting)
    await expectStillDecidable(other)
  })

  it('are checked when they arrive: not of the asker, nor of who lost the role meanwhile', async () => {
    const client = await engine.addClient(10_000n)
    const demoted = await engine.hire('accountant')
    const asked = await ask(engine, { ...withdrawal(engine, client, '30.00'), by: engine.accountant })
    const { id, requestIdentifier: number } = asked.body.process
    const refused = await engine.call(engine.accountant, `/business-requests/${number}/ticket`, {
      decision: 'accept',
    })
    expect([refused.status, refused.body.code]).toEqual([403, 'decider_is_the_asker'])
    const ticket = await fetchTicket(number, 'accept', { by: demoted })
    await carry({ ...ticket, ticket: await engine.book.issueTicket(id, engine.accountant.id, 'accept') })
    await inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx('members').where({ person_id: demoted.id }).update({ role: 'cashier' })
    })
    await carry(ticket)
    expect(await outcomesOf(id, 2)).toEqual(['decider_is_the_asker', 'decider_not_permitted'])
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 3_000n })
  })

  it('that carry nothing, or anything but a ticket of ours, are recorded and have no effect', async () => {
    const waiting = await waitingWithdrawal(engine)
    const handle = handleOf(`withdrawal/${waiting.id}`)
    const junk = [
      'text',
      5,
      null,
      true,
      [],
      {},
      { ticket: 5 },
      { ticket: null },
      { ticket: 'x'.repeat(10_000) },
    ]
    await handle.signal('accept')
    for (const carried of junk) await handle.signal('accept', carried)
    await handle.signal('accept', { ticket: 'tkt_01arz3ndektsv4rrffq69g5fav' })
    await handle.signal('decline', { ticket: waiting.id }, 'more', ['arguments'])
    await handle.signal('noSuchSignal', { ticket: 1 })
    const runId = (await handle.describe()).runId
    await until('the strays', async () => {
      const strays: { what: string }[] = await engine.book.owner('stray_workflows').where({ run_id: runId })
      return strays.length === 2 ? strays : undefined
    })
    expect((await engine.read(waiting.client, waiting.id)).phase).toBe('awaiting_decision')
    await expectStillDecidable(waiting)
  })

  it.each([
    ['broken JSON', 'json/plain', '{"ticket":'],
    ['no text', 'json/plain', '\u0000\u0001'],
    ['an encoding that nobody knows', 'binary/strange', 'x'],
    ['no encoding', undefined, '{}'],
  ])('do not wedge the workflow where their payload is %s', async (_, encoding, data) => {
    const waiting = await waitingWithdrawal(engine)
    await engine.client.workflowService.signalWorkflowExecution({
      namespace: engine.temporal.namespace,
      workflowExecution: { workflowId: `withdrawal/${waiting.id}` },
      signalName: 'accept',
      input: {
        payloads: [
          { metadata: encoding ? { encoding: Buffer.from(encoding) } : {}, data: Buffer.from(data) },
        ],
      },
    })
    await expectStillDecidable(waiting)
  })

  it('that come while the closing step runs change nothing', async () => {
    const waiting = await Promise.all(Array.from({ length: 5 }, () => waitingWithdrawal(engine)))
    await Promise.all(
      waiting.map(async ({ client, asked, id, number }, i) => {
        const decline = await fetchTicket(number, 'decline', { by: engine.secondAccountant })
        const storm = Array.from({ length: 12 }, () => carry(decline).catch(() => undefined))
        const won = await decide(engine, asked, { verb: i % 2 === 0 ? 'accept' : 'decline' })
        await Promise.all(storm)
        const { state } = (await handleOf(`withdrawal/${id}`).result()) as { state: string }
        const shown = await engine.read(client, id)
        expect([state, shown.phase]).toEqual([shown.phase, shown.phase])
        expect(['processed', 'declined']).toContain(state)
        expect(shown.decisions).toHaveLength(1)
        expect([200, 409]).toContain(won.status)
        expect(await engine.payoutsOf(id)).toHaveLength(state === 'processed' ? 1 : 0)
      }),
    )
  })

  it('are answered when they come as Updates, and garbage is refused', async () => {
    const waiting = await waitingWithdrawal(engine)
    const handle = handleOf(`withdrawal/${waiting.id}`)
    const send = (carried: unknown) =>
      handle.executeUpdate(decisionUpdates.accept, { args: [carried as Carried] })
    for (const carried of [undefined, null, 'text', { ticket: 5 }])
      expect(await send(carried)).toEqual({ outcome: 'refused', refusal: 'ticket_unknown', state: null })
    expect(await send({ ticket: 'tkt_01arz3ndektsv4rrffq69g5fav' })).toMatchObject({ outcome: 'refused' })
    const { ticket } = await fetchTicket(waiting.number, 'accept')
    expect(await send({ ticket })).toMatchObject({ outcome: 'applied', state: 'at_platform' })
    await engine.reach(waiting.client, waiting.id, 'processed')
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  function handleOf(workflowId: string) {
    return engine.client.workflow.getHandle(workflowId)
  }

  async function fetchTicket(
    number: number,
    decision: Verb,
    more: { by?: Person; bankReference?: string; reason?: string } = {},
  ): Promise<Body> {
    const { by = engine.accountant, ...rest } = more
    const answer = await engine.call(by, `/business-requests/${number}/ticket`, { decision, ...rest })
    expect(answer.status).toBe(201)
    return answer.body
  }

  function carry({ workflowId, signal, ticket }: Body) {
    return handleOf(workflowId).signal(signal, { ticket })
  }

  /** The line as the API prints it, in a shell. */
  async function typeInShell(command: string): Promise<void> {
    const { address, namespace } = engine.temporal
    const binary = await findTemporalBinary({ env: process.env, progress: () => undefined })
    await run('/bin/sh', ['-c', command], {
      env: {
        HOME: tmpdir(),
        PATH: `${dirname(binary)}:${process.env['PATH'] ?? ''}`,
        TEMPORAL_ADDRESS: address,
        TEMPORAL_NAMESPACE: namespace,
      },
    })
  }

  /** What became of each carried ticket; waits until all have an outcome. */
  function outcomesOf(operation: string, count: number): Promise<(string | null)[]> {
    return until(`${count} outcomes of ${operation}`, async () => {
      const { timeline } = await engine.read(engine.accountant, operation)
      const decided = timeline.filter(({ step }) => step.startsWith('decide:'))
      return decided.length >= count ? decided.map(({ outcome, refusal }) => refusal ?? outcome) : undefined
    })
  }

  /** The workflow takes further messages, which it could not with a task that fails. */
  async function expectStillDecidable(waiting: Awaited<ReturnType<typeof waitingWithdrawal>>): Promise<void> {
    expect((await decide(engine, waiting.asked, { verb: 'accept' })).status).toBe(200)
    const done = await engine.reach(waiting.client, waiting.id, 'processed')
    expect(done.decisions).toHaveLength(1)
    expect(await engine.payoutsOf(waiting.id)).toHaveLength(1)
  }
})

const run = promisify(execFile)
