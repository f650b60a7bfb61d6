import { WithStartWorkflowOperation } from '@temporalio/client'
import type { OperationId } from '#domain/ids.ts'
import { id } from '#test/support/book.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import {
  ask,
  countOperations,
  decide,
  requestedTopUp,
  waitingWithdrawal,
  withdrawal,
} from '#test/support/wishes.ts'
import { decisionUpdates, submit, type Verdict } from '#workflows/messages.ts'
import { MONEY_QUEUE } from '#workflows/policy.ts'

const TYPES = ['topUp', 'withdrawal', 'payoutReturn'] as const

describe('a workflow that somebody started by hand', () => {
  const engine = useEngine()

  it.each(TYPES)('as %s for an id that nobody asked for is noted and ends by itself', async (type) => {
    const workflowId = `${PREFIX[type]}/${newOperation()}`
    const before = await countOperations(engine)
    expect(await (await start(type, workflowId)).result()).toEqual(NOTHING)
    expect(await strays(workflowId)).toEqual(['no such operation'])
    expect(await countOperations(engine)).toBe(before)
  })

  it.each(TYPES)('as %s under an id that is none of ours is noted and ends by itself', async (type) => {
    const operation = newOperation()
    const otherPrefix = type === 'topUp' ? 'withdrawal' : 'topup'
    const ids = [
      'hello',
      `${PREFIX[type]}/`,
      `${PREFIX[type]}/op_tooshort`,
      `${PREFIX[type]}/${operation}x`,
      `${PREFIX[type]}/OP_${operation.slice(3)}`,
      `${PREFIX[type]}/../${operation}`,
      `${otherPrefix}/${operation}`,
      `${type}\u0000`,
      `${PREFIX[type]}/' or 1=1; -- ${'é'.repeat(300)}`,
    ]
    for (const workflowId of ids) {
      const unique = workflowId === 'hello' ? `hello-${type}` : workflowId
      expect(await (await start(type, unique)).result()).toEqual(NOTHING)
      expect(await strays(unique.replace('\u0000', '\uFFFD').slice(0, 300))).toEqual(['no such operation'])
    }
  })

  it('for an operation of another kind is noted and does nothing to it', async () => {
    const { client, asked, id: operation } = await waitingWithdrawal(engine)
    for (const type of ['topUp', 'payoutReturn'] as const) {
      const workflowId = `${PREFIX[type]}/${operation}`
      expect(await (await start(type, workflowId)).result()).toEqual(NOTHING)
      expect(await strays(workflowId)).toEqual(['operation of another kind'])
    }
    const transferred = await engine.read(client, operation)
    expect(transferred).toMatchObject({ phase: 'awaiting_decision', children: [] })
    expect((await decide(engine, asked, { verb: 'decline' })).status).toBe(200)
  })

  it.each(TYPES)('as %s answers those who send it messages, and ends all the same', async (type) => {
    const known = await waitingWithdrawal(engine)
    const { body } = await engine.call(engine.accountant, `/business-requests/${known.number}/ticket`, {
      decision: 'accept',
    })
    const newId = () => `${PREFIX[type]}/${newOperation()}`
    const bySubmit = newId()
    expect(
      await engine.client.workflow.executeUpdateWithStart(submit, {
        startWorkflowOperation: withStart(type, bySubmit),
      }),
    ).toEqual(NOTHING)
    const byUpdate = newId()
    expect(
      await engine.client.workflow.executeUpdateWithStart(decisionUpdates.accept, {
        args: [{ ticket: body.ticket }],
        startWorkflowOperation: withStart(type, byUpdate),
      }),
    ).toEqual(NOTHING)
    const bySignal = [newId(), `nonsense-${type}`]
    for (const workflowId of bySignal)
      await engine.client.workflow.signalWithStart(type, {
        workflowId,
        taskQueue: MONEY_QUEUE,
        signal: 'accept',
        signalArgs: [{ ticket: body.ticket }],
      })
    for (const workflowId of [bySubmit, byUpdate, ...bySignal])
      expect(await engine.client.workflow.getHandle(workflowId).result()).toEqual(NOTHING)
    expect((await engine.read(known.client, known.id)).phase).toBe('awaiting_decision')
  })

  it.each(TYPES)('as %s does not mind what arguments it gets', async (type) => {
    const junk = [[null], ['text'], [5], [[]], [{}], [{ platform: 5 }], [{ platform: 'nowhere' }], [1, 2, 3]]
    for (const args of junk) {
      const workflowId = `${PREFIX[type]}/${newOperation()}`
      expect(await (await start(type, workflowId, args)).result()).toEqual(NOTHING)
    }
    const workflowId = `${PREFIX[type]}/${newOperation()}`
    await engine.client.workflowService.startWorkflowExecution({
      namespace: engine.temporal.namespace,
      workflowId,
      workflowType: { name: type },
      taskQueue: { name: MONEY_QUEUE },
      requestId: workflowId,
      input: { payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"') }] },
    })
    expect(await engine.client.workflow.getHandle(workflowId).result()).toEqual(NOTHING)
    expect(await strays(workflowId)).toEqual(['no such operation'])
  })

  it('for an operation that is final ends at once with its state and moves nothing', async () => {
    const { client, asked, id: operation } = await waitingWithdrawal(engine)
    await decide(engine, asked, { verb: 'accept' })
    const done = await engine.reach(client, operation, 'processed')
    await engine.client.workflow.getHandle(`withdrawal/${operation}`).result()
    const again = await start('withdrawal', `withdrawal/${operation}`)
    expect(await again.result()).toEqual({ outcome: 'repeated', refusal: null, state: 'processed' })
    expect(await engine.read(client, operation)).toEqual(done)
    expect(await engine.payoutsOf(operation)).toHaveLength(1)
  })

  it('for an operation that was refused gives that refusal again', async () => {
    const poor = await engine.addClient()
    const asked = await ask(engine, withdrawal(engine, poor, '1.00'))
    expect(asked.status).toBe(422)
    const listed = await engine.call(poor, '/bank-withdrawals/view', {})
    const operation = listed.body.records[0]?.id ?? ''
    await engine.client.workflow.getHandle(`withdrawal/${operation}`).result()
    const again = await start('withdrawal', `withdrawal/${operation}`)
    expect(await again.result()).toEqual({
      outcome: 'repeated',
      refusal: 'exceeds_available_balance',
      state: 'refused',
    })
  })

  it('in the place of an operation’s own keeps it from nothing but its turn: a person is told', async () => {
    const client = await engine.addClient()
    const facts = await engine.book.ask({
      coin: client.coin,
      amount: 500n,
      needsDecision: true,
      askedBy: client.id,
    })
    const workflowId = `topup/${facts.id}`
    expect(await (await start('withdrawal', workflowId)).result()).toEqual(NOTHING)
    await until('attention', async () => {
      const { needsAttention, phase } = await engine.read(engine.accountant, facts.id)
      expect(phase).toBe('received')
      return needsAttention ?? undefined
    })
    await start('topUp', workflowId)
    await engine.reach(engine.accountant, facts.id, 'awaiting_decision')
  })

  it('beside an operation’s own is not started: the one that runs is asked instead', async () => {
    const client = await engine.addClient()
    const asked = await ask(engine, requestedTopUp(engine, client, '5.00'))
    const workflowId = `topup/${asked.body.process.id}`
    expect(
      await engine.client.workflow.executeUpdateWithStart(submit, {
        startWorkflowOperation: withStart('withdrawal', workflowId),
      }),
    ).toEqual({ outcome: 'applied', refusal: null, state: 'awaiting_decision' })
    expect(await strays(workflowId)).toEqual([])
  })

  function start(type: string, workflowId: string, args: unknown[] = []) {
    return engine.client.workflow.start(type, {
      workflowId,
      args,
      taskQueue: MONEY_QUEUE,
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    })
  }

  async function strays(workflowId: string): Promise<string[]> {
    return engine.book.owner('stray_workflows').where({ workflow_id: workflowId }).orderBy('id').pluck('what')
  }
})

const NOTHING = { outcome: 'unknown', refusal: null, state: null }

const PREFIX = { topUp: 'topup', withdrawal: 'withdrawal', payoutReturn: 'return' } as const

const newOperation = (): OperationId => id('op')

function withStart(type: string, workflowId: string) {
  return new WithStartWorkflowOperation<(...args: unknown[]) => Promise<Verdict>>(type, {
    workflowId,
    args: [],
    taskQueue: MONEY_QUEUE,
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
}
