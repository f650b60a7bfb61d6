import { inProject } from '#db/connection.ts'
import { pause, type Person, type TestClient } from '#test/support/engine.ts'
import { until } from '#test/support/poll.ts'
import { useEngine } from '#test/support/use-engine.ts'
import {
  ask,
  decide,
  directTopUp,
  manualWithdrawal,
  requestedTopUp,
  waitingWithdrawal,
  withdrawal,
} from '#test/support/wishes.ts'

describe('decisions over HTTP', () => {
  const engine = useEngine({ apis: 2 })

  it.each([
    ['withdrawal', withdrawal, { accept: 7_000n, decline: 10_000n }],
    ['top-up', requestedTopUp, { accept: 13_000n, decline: 10_000n }],
  ] as const)(
    'let one win when a %s is accepted and declined at the same moment',
    async (_, make, balance) => {
      for (let round = 0; round < 6; round += 1) {
        const client = await engine.addClient(10_000n)
        const asked = await ask(engine, make(engine, client, '30.00'))
        const verbs = (['accept', 'decline'] as const).toSorted(() => (round % 2) - 0.5)
        const answers = await Promise.all(
          verbs.map((verb, i) =>
            decide(engine, asked, { verb, by: i === 0 ? engine.accountant : engine.secondAccountant }),
          ),
        )
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]))
        const won = verbs[answers.findIndex(({ status }) => status === 200)] ?? 'accept'
        const lost = answers.find(({ status }) => status === 409)
        expect(lost?.body).toMatchObject({
          code: 'already_decided',
          errors: [{ parameter: 'requestIdentifier' }],
        })
        const end = await engine.reach(
          client,
          asked.body.process.id,
          won === 'accept' ? 'processed' : 'declined',
        )
        expect(end.decisions.map(({ decision }) => decision)).toEqual([won])
        expect(await balanceOf(client.coin)).toEqual({ posted: balance[won], held: 0n })
      }
    },
  )

  it('let eight accepts of one person at once be one, and all say so', async () => {
    for (const make of [requestedTopUp, withdrawal]) {
      const client = await engine.addClient(10_000n)
      const asked = await ask(engine, make(engine, client, '30.00'))
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => decide(engine, asked, { verb: 'accept' })),
      )
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
      const done = await engine.reach(client, asked.body.process.id, 'processed')
      expect(done.decisions).toHaveLength(1)
      expect(done.timeline.filter(({ outcome }) => outcome === 'applied').map(({ to }) => to)).toEqual(
        make === withdrawal
          ? ['awaiting_decision', 'at_platform', 'processed']
          : ['awaiting_decision', 'processed'],
      )
      expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
      const other = await decide(engine, asked, { verb: 'accept', by: engine.secondAccountant })
      expect(other).toMatchObject({ status: 409, body: { code: 'already_decided' } })
      expect((await decide(engine, asked, { verb: 'decline' })).status).toBe(409)
    }
  })

  it('expire by themselves: the hold is released, and who comes later hears so', async () => {
    await setExpiry(300)
    const { client, asked, id } = await waitingWithdrawal(engine)
    await setExpiry(WEEK_MS)
    expect(await engine.reach(client, id, 'declined')).toMatchObject({ reason: 'expired', decisions: [] })
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 0n })
    const late = await decide(engine, asked, { verb: 'accept' })
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('declined')])
  })

  it('expire when the present wait is over, not when an earlier one would have been', async () => {
    const { client, id, decideBy } = await waitingLongerThanSet()
    const done = await engine.reach(client, id, 'declined')
    expect(done.reason).toBe('expired')
    expect(Date.parse(done.updatedAt)).toBeGreaterThanOrEqual(Date.parse(decideBy))
  })

  /** Waits for two seconds more than its workflow was told; on a slow machine it is told to wait longer, for it to be in time. */
  async function waitingLongerThanSet(): Promise<{ client: TestClient; id: string; decideBy: string }> {
    const { owner, projectId } = engine.book
    for (let ms = 1_000; ; ms *= 2) {
      await setExpiry(ms)
      const { client, id } = await waitingWithdrawal(engine)
      await setExpiry(WEEK_MS)
      const [changed] = await inProject(owner, projectId, (trx) =>
        trx('operations')
          .where({ id, state: 'awaiting_decision' })
          .update({ decide_by: trx.raw("decide_by + interval '2 seconds'") })
          .returning<{ decide_by: Date }[]>('decide_by'),
      )
      if (changed) return { client, id, decideBy: changed.decide_by.toISOString() }
    }
  }

  it('let one win when an accept comes at the moment of expiry', async () => {
    const expiresMs = 600
    await setExpiry(expiresMs)
    const ends = await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const { client, asked, id } = await waitingWithdrawal(engine)
        const shown = await engine.read(client, id)
        const dueMs = Date.parse(shown.decideBy ?? '') - Date.now()
        await pause(dueMs - 100 + 30 * i)
        const { status } = await decide(engine, asked, { verb: 'accept' })
        const phase = status === 200 ? 'processed' : 'declined'
        expect([200, 409]).toContain(status)
        const { decisions, reason } = await engine.reach(client, id, phase)
        const posted = (await balanceOf(client.coin))?.posted
        return { phase, isExpired: reason === 'expired', decided: decisions.length, posted }
      }),
    )
    await setExpiry(WEEK_MS)
    for (const end of ends) {
      expect(end).toEqual(
        end.phase === 'processed'
          ? { phase: 'processed', isExpired: false, decided: 1, posted: 7_000n }
          : { phase: 'declined', isExpired: true, decided: 0, posted: 10_000n },
      )
    }
  })

  it('are never the asker’s, whatever role they hold; another accountant may', async () => {
    for (const make of [requestedTopUp, withdrawal]) {
      const client = await engine.addClient(10_000n)
      const asked = await ask(engine, { ...make(engine, client, '30.00'), by: engine.accountant })
      for (const verb of ['accept', 'decline'] as const) {
        expect(await decide(engine, asked, { verb })).toMatchObject({
          status: 403,
          body: { code: 'decider_is_the_asker', errors: [{ parameter: 'requestIdentifier' }] },
        })
      }
      expect((await engine.read(client, asked.body.process.id)).phase).toBe('awaiting_decision')
      expect((await decide(engine, asked, { verb: 'accept', by: engine.secondAccountant })).status).toBe(200)
      await engine.reach(client, asked.body.process.id, 'processed')
    }
  })

  it('are refused to those without the role: clients, other staff, the demoted and the dismissed', async () => {
    const { client, asked, id } = await waitingWithdrawal(engine)
    const [demoted, dismissed] = [await engine.hire('accountant'), await engine.hire('accountant')]
    await changeMember(demoted, { role: 'cashier' })
    await changeMember(dismissed, { active: false })
    for (const by of [client, engine.administrator, demoted])
      expect(await decide(engine, asked, { verb: 'accept', by })).toMatchObject({
        status: 403,
        body: { code: expect.stringMatching(/^(forbidden|decider_not_permitted)$/) },
      })
    expect((await decide(engine, asked, { verb: 'accept', by: dismissed })).status).toBe(401)
    expect((await engine.read(client, id)).timeline).toHaveLength(1)
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 3_000n })
  })

  it('that were taken while the worker was down do not count for who was dismissed meanwhile', async () => {
    const dismissed = await engine.hire('accountant')
    const { client, asked, id } = await waitingWithdrawal(engine)
    await engine.killWorker()
    expect((await decide(engine, asked, { verb: 'accept', by: dismissed })).status).toBe(202)
    await changeMember(dismissed, { active: false })
    await engine.startWorker()
    const { timeline, phase } = await until('the refusal', async () => {
      const shown = await engine.read(client, id)
      return shown.timeline.length > 1 ? shown : undefined
    })
    expect(timeline.map(({ refusal }) => refusal)).toEqual([null, 'decider_not_permitted'])
    expect(phase).toBe('awaiting_decision')
    expect((await decide(engine, asked, { verb: 'decline' })).status).toBe(200)
  })

  it('on what nobody asked for, or through the other family’s path, find nothing', async () => {
    const { client, number, id } = await waitingWithdrawal(engine)
    const topUp = await ask(engine, requestedTopUp(engine, client, '1.00'))
    const direct = await ask(engine, directTopUp(engine, client, '1.00'))
    for (const path of [
      `/bank-top-ups/${number}/accept`,
      `/bank-withdrawals/${topUp.body.process.requestIdentifier}/decline`,
      '/bank-withdrawals/999999999999999/accept',
    ])
      expect(await engine.call(engine.accountant, path, {})).toMatchObject({
        status: 404,
        body: { errors: [{ parameter: 'requestIdentifier' }] },
      })
    expect((await decide(engine, direct, { verb: 'decline' })).status).toBe(409)
    expect((await engine.read(client, id)).phase).toBe('awaiting_decision')
  })

  it('about the bank’s word count only once the money is on its way', async () => {
    const client = await engine.addClient(10_000n)
    const asked = await ask(engine, manualWithdrawal(engine, client, '30.00'))
    const path = `/bank-withdrawals/${asked.body.process.requestIdentifier}/confirm-payout`
    const confirm = () => engine.call(engine.accountant, path, { bankReference: 'TYPED-1' })
    expect(await confirm()).toMatchObject({ status: 409, body: { code: 'already_decided' } })
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 3_000n })
    await decide(engine, asked, { verb: 'accept' })
    expect(await confirm()).toMatchObject({ status: 200, body: { process: { phase: 'processed' } } })
  })

  it('to accept wait for the coin to be active; to decline do not', async () => {
    const { client, asked } = await waitingWithdrawal(engine)
    const other = await ask(engine, withdrawal(engine, client, '20.00'))
    const setActive = (active: boolean) =>
      engine.book.owner.raw('select set_account_active(?, ?, ?)', [
        engine.book.projectId,
        client.coin,
        active,
      ])
    await setActive(false)
    expect(await decide(engine, asked, { verb: 'accept' })).toMatchObject({
      status: 422,
      body: { code: 'coin_inactive', errors: [{ parameter: 'coinSerial' }] },
    })
    expect((await decide(engine, other, { verb: 'decline' })).status).toBe(200)
    expect(await balanceOf(client.coin)).toEqual({ posted: 10_000n, held: 3_000n })
    await setActive(true)
    expect((await decide(engine, asked, { verb: 'accept' })).status).toBe(200)
    await engine.reach(client, asked.body.process.id, 'processed')
  })

  async function balanceOf(coin: string) {
    return (await engine.book.balances()).get(coin)
  }

  function setExpiry(ms: number) {
    return engine.book
      .owner('projects')
      .where({ id: engine.book.projectId })
      .update({ decision_expires_ms: ms })
  }

  function changeMember(person: Person, changes: { role?: string; active?: boolean }) {
    return inProject(engine.book.owner, engine.book.projectId, async (trx) => {
      await trx('members').where({ person_id: person.id }).update(changes)
    })
  }
})

const WEEK_MS = 604_800_000
