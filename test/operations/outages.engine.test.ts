import { inProject } from '#db/connection.ts'
import { pause } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import type { Answer } from '#test/support/wire.ts'
import { ask, decide, manualWithdrawal, requestedTopUp, withdrawal } from '#test/support/wishes.ts'

describe('what was acknowledged happens', () => {
  const engine = useEngine({ ownTemporal: {} })

  describe.each([
    ['the worker is killed', () => engine.killWorker(), () => engine.startWorker()],
    ['Temporal is stopped', () => engine.stopTemporal(), () => engine.restartTemporal()],
  ])('while %s', (_, fail, recover) => {
    it('takes wishes and decisions with 202 and carries them out afterwards, and refuses what may not be at once', async () => {
      const client = await engine.addClient(10_000n)
      const [accepted, declined, own] = [
        await ask(engine, withdrawal(engine, client, '30.00')),
        await ask(engine, withdrawal(engine, client, '20.00')),
        await ask(engine, { ...withdrawal(engine, client, '1.00'), by: engine.accountant }),
      ]
      await fail()
      const wishes = [requestedTopUp(engine, client, '40.00'), withdrawal(engine, client, '10.00')]
      const taken = await Promise.all(wishes.map((wish) => ask(engine, wish)))
      expect(taken.map(({ status }) => status)).toEqual([202, 202])
      const read = await Promise.all(taken.map(readLocation))
      expect(read.map(({ body }) => body.process.phase)).toEqual(['received', 'received'])
      const decided = await Promise.all([
        ...[...taken, accepted, own].map((answer) => decide(engine, answer, { verb: 'accept' })),
        decide(engine, declined, { verb: 'decline' }),
      ])
      expect(decided.map(({ status }) => status)).toEqual([202, 202, 202, 403, 202])
      expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 5_100n })
      await engine.restartApi()
      await recover()
      for (const { body } of [...taken, accepted]) {
        const done = await engine.reach(client, body.process.id, 'processed')
        expect(done.decisions).toMatchObject([{ personId: engine.accountant.id, decision: 'accept' }])
      }
      await engine.reach(client, declined.body.process.id, 'declined')
      expect(await engine.read(client, own.body.process.id)).toMatchObject({
        phase: 'awaiting_decision',
        decisions: [],
      })
      // 40 in; 30 and 10 out; 1 still waits for somebody else.
      expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 100n })
      for (const { body } of [taken[1], accepted].filter((answer) => answer !== undefined))
        await expectOnePayout(body.process.id)
    })
  })

  it.each([
    ['as soon as all are accepted', async () => undefined],
    [
      'once the bank has one of them',
      (ids: readonly string[]) =>
        until('a payout', async () =>
          (await engine.bankBook()).payouts.find(({ reference }) => ids.includes(reference)),
        ),
    ],
  ] as const)(
    'pays out once, whatever the bank does, when the worker is killed %s',
    async (_when, moment) => {
      const client = await engine.addClient(100_000n)
      const faults = [
        '',
        'timeout_after_commit',
        'timeout_before_commit',
        'reset_connection',
        'answer_late',
        'commit_late',
      ]
      const asked = await Promise.all(
        faults.map((_fault, i) => ask(engine, withdrawal(engine, client, `10.0${i}`))),
      )
      for (const [i, fault] of faults.entries())
        if (fault !== '') await engine.orderFault(fault, { amount: `10.0${i}`, delayMs: 1_000 })
      await Promise.all(asked.map((answer) => decide(engine, answer, { verb: 'accept' })))
      await moment(asked.map(({ body }) => body.process.id))
      await engine.killWorker()
      await engine.restartApi()
      await engine.startWorker()
      for (const { body } of asked) await engine.reach(client, body.process.id, 'processed')
      for (const { body } of asked) await expectOnePayout(body.process.id)
      expect(await balanceOf(client.coin)).toEqual({ posted: 100_000n - 6_015n, held: 0n })
    },
  )

  it('hears of a payout that the bank confirms while the worker is dead', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, '30.00'))
    await engine.orderFault('answer_late', { delayMs: 3_600_000 })
    await decide(engine, asked, { verb: 'accept' })
    const { id } = asked.body.process
    await until('the bank to have it', async () => (await engine.payoutsOf(id))[0])
    await engine.killWorker()
    await engine.hurryBank(id)
    expect((await engine.read(client, id)).phase).toBe('at_platform')
    await engine.startWorker()
    await engine.reach(client, id, 'processed')
    await expectOnePayout(id)
  })

  it('keeps waiting for a person over a kill of the worker and a stop of Temporal', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, manualWithdrawal(engine, client, '30.00'))
    await decide(engine, asked, { verb: 'accept' })
    await engine.killWorker()
    await engine.stopTemporal()
    await engine.restartTemporal()
    await engine.startWorker()
    const { requestIdentifier, id } = asked.body.process
    await engine.call(engine.accountant, `/bank-withdrawals/${requestIdentifier}/confirm-payout`, {
      bankReference: 'TYPED-1',
    })
    expect(await engine.reach(client, id, 'processed')).toMatchObject({ bankReference: 'TYPED-1' })
    expect(await engine.payoutsOf(id)).toEqual([])
  })

  it('finishes a step that Postgres held up for longer than a workflow task may take', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, withdrawal(engine, client, '30.00'))
    const decided = await inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx.raw('lock table steps in access exclusive mode')
      const answer = await engine.withoutVerdicts(() => decide(engine, asked, { verb: 'accept' }))
      await pause(11_000)
      return answer
    })
    expect(decided.status).toBe(202)
    await engine.reach(client, asked.body.process.id, 'processed')
    await expectOnePayout(asked.body.process.id)
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  /** The bank's book has this payout once, confirmed, and ours has its reference. */
  async function expectOnePayout(operation: string): Promise<void> {
    const payouts = await engine.payoutsOf(operation)
    expect(payouts).toMatchObject([{ reference: operation, status: 'confirmed' }])
    expect(await engine.read(engine.accountant, operation)).toMatchObject({
      phase: 'processed',
      bankReference: payouts[0]?.bankReference,
    })
  }

  async function readLocation(answer: Answer): Promise<Answer> {
    const path = answer.headers.get('location')?.replace('/api/v1', '') ?? ''
    return engine.call(engine.accountant, path)
  }
})
